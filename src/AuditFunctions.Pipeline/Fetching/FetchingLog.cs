using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Log messages 2000 to 2999. Ids are never reused: alerts hang on them.</summary>
internal static partial class FetchingLog
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Information,
        Message = "Source {Source}, partition {Partition}: {Outcome}; {Pages} pages, {Events} events, {Batches} batches.")]
    public static partial void Fetched(ILogger logger, string source, string partition, FetchOutcome outcome, int pages, long events, int batches);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: waiting {Wait} before asking again: {Reason}.")]
    public static partial void Waiting(ILogger logger, string source, string partition, TimeSpan wait, string reason);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: backed off: {Reason}. The checkpoint is unchanged; it is polled again by itself.")]
    public static partial void BackedOff(ILogger logger, string source, string partition, string reason);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Error,
        Message = "Source {Source}, partition {Partition}: refused: {Reason}")]
    public static partial void Refused(ILogger logger, string source, string partition, string reason);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Information,
        Message = "Source {Source}, partition {Partition}: somebody else works on it; nothing was committed.")]
    public static partial void LeaseLost(ILogger logger, string source, string partition);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: the vendor refused the cursor ({StatusCode}); a window from the high-water mark takes over.")]
    public static partial void CursorRefused(ILogger logger, string source, string partition, int statusCode);

    [LoggerMessage(EventId = 2009, Level = LogLevel.Error,
        Message = "A message of queue 'fetch' cannot be read and is dropped: {Reason}. The next tick asks again.")]
    public static partial void UnreadableMessage(ILogger logger, string reason);

    [LoggerMessage(EventId = 2010, Level = LogLevel.Error,
        Message = "Source {Source}, partition {Partition}: a page could not be asked for because of a fault in the pipeline; the checkpoint is unchanged. Report this.")]
    public static partial void Unexpected(ILogger logger, Exception exception, string source, string partition);
}
