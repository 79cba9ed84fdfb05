using Azure;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Hosting;

/// <summary>
/// Says once that a part of storage fails, and once that it works again, however often it is tried in between. Thread safe.
/// </summary>
/// <param name="what">The part, such as <c>Queue 'fetch'</c>.</param>
/// <param name="retryDelay">How often it is tried.</param>
/// <param name="log">Where that is said.</param>
public sealed class StorageWatch(string what, TimeSpan retryDelay, ILogger log)
{
    private int _failing;

    /// <summary>Notes that it works.</summary>
    public void Works()
    {
        if (Volatile.Read(ref _failing) == 1 && Interlocked.Exchange(ref _failing, 0) == 1)
        {
            HostLog.StorageBack(log, what);
        }
    }

    /// <summary>Notes that it failed.</summary>
    public void Fails(Exception exception)
    {
        if (Interlocked.Exchange(ref _failing, 1) == 0)
        {
            HostLog.StorageAway(log, what, retryDelay, ReasonOf(exception));
        }
    }

    /// <summary>What happened, in a few words without addresses, which could hold signatures.</summary>
    public static string ReasonOf(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [.., var last] } => ReasonOf(last),
        RequestFailedException { Status: > 0 } failed => $"{failed.Status} {failed.ErrorCode}",
        RequestFailedException => "no connection",
        OperationCanceledException => "no answer in time",
        _ => exception.GetType().Name,
    };
}
