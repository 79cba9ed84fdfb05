namespace AuditFunctions.WorkerHost;

/// <summary>How an invocation ended.</summary>
public enum InvocationStatus
{
    /// <summary>The function returned.</summary>
    Succeeded,

    /// <summary>The function threw.</summary>
    Failed,

    /// <summary>The function was cancelled.</summary>
    Cancelled,

    /// <summary>The worker process ended before it answered.</summary>
    WorkerGone,
}

/// <summary>What the worker answered to an invocation.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Error">The exception's text, if any.</param>
public sealed record InvocationResult(InvocationStatus Status, string Error);
