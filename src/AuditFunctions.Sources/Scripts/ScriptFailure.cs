namespace AuditFunctions.Sources.Scripts;

/// <summary>A script failed; the message says in which function and line, and why, without anything that it worked on.</summary>
internal sealed class ScriptFailure(string message, bool isSlow = false) : Exception(message)
{
    /// <summary>Whether it was stopped for the time or memory that it took, which depends on the machine.</summary>
    public bool IsSlow { get; } = isSlow;
}
