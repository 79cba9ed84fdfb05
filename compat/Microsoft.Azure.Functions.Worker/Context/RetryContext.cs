namespace Microsoft.Azure.Functions.Worker;

/// <summary>The host's retries of this invocation, not the queue's.</summary>
public abstract class RetryContext
{
    public abstract int RetryCount { get; }

    public abstract int MaxRetryCount { get; }
}
