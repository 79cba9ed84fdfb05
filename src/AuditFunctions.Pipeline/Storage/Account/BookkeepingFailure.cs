using Azure;

namespace AuditFunctions.Pipeline.Storage.Account;

/// <summary>A failure of storage that must not hold up work: what could not be noted is noted later.</summary>
internal static class BookkeepingFailure
{
    /// <summary>Longest that a note may take; work waits for it no longer.</summary>
    public static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(10);

    /// <summary>Whether it is storage that failed, was too slow or could not be reached.</summary>
    public static bool Is(Exception exception) =>
        exception is RequestFailedException or AggregateException or HttpRequestException or IOException or OperationCanceledException;

    /// <summary>In a few words, without addresses.</summary>
    public static string Reason(Exception exception) => exception is RequestFailedException failed ? $"{failed.Status} {failed.ErrorCode}" : exception.GetType().Name;
}
