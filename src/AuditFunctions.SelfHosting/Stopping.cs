namespace AuditFunctions.SelfHosting;

/// <summary>Tells a stop from a failure.</summary>
internal static class Stopping
{
    /// <summary>Whether an exception is what a stop made of a call: one that was being tried again tells of the stop as the last of its failures.</summary>
    public static bool IsOf(Exception exception, CancellationToken stop) =>
        stop.IsCancellationRequested && exception is (OperationCanceledException or AggregateException { InnerExceptions: [.., OperationCanceledException] });
}
