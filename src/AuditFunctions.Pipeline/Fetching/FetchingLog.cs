using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Log messages 2000 to 2999. Ids are never reused: alerts hang on them.</summary>
internal static partial class FetchingLog
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Information,
        Message = "Source {Source}, partition {Partition}: {Outcome}; pages: {Pages}, events: {Events}, batches: {Batches}.")]
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
        Message = "Source {Source}, partition {Partition}: the vendor refused the cursor, or fails with it alone ({StatusCode}); a window from the high-water mark takes over.")]
    public static partial void CursorRefused(ILogger logger, string source, string partition, int statusCode);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: events of a page that are no JSON lie in the dead letters ({Count}); the others were sent on. The first: {Reason}")]
    public static partial void EventsSetAside(ILogger logger, string source, string partition, int count, string reason);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Error,
        Message = "Source {Source}, partition {Partition}: a page stays unreadable and was kept whole as dead letter '{Name}'; the events before its fault were sent on, the source waits: {Reason}")]
    public static partial void PageKept(ILogger logger, string source, string partition, string name, string reason);

    [LoggerMessage(EventId = 2013, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: a page took too long or was too large; from now on {PageSize} events are asked for at once.")]
    public static partial void SmallerPages(ILogger logger, string source, string partition, int pageSize);

    [LoggerMessage(EventId = 2014, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: events with a time beyond their window, up to {NewestAt:u}, were sent on and do not count for the mark: {Count}.")]
    public static partial void EventsAhead(ILogger logger, string source, string partition, int count, DateTimeOffset newestAt);

    [LoggerMessage(EventId = 2015, Level = LogLevel.Information,
        Message = "Source {Source}, partition {Partition}: events that were sent are listed with the same id and other bytes; they are not sent again. Said once.")]
    public static partial void IdChanged(ILogger logger, string source, string partition);

    [LoggerMessage(EventId = 2016, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: the vendor does not let a window be read to its end; it is read in parts of {Length} from now on.")]
    public static partial void WindowSplit(ILogger logger, string source, string partition, TimeSpan length);

    [LoggerMessage(EventId = 2017, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: {What} lay ahead of the clock, at {At:u}; it goes on from {FromAt:u}. Check the clocks of all machines that run this.")]
    public static partial void Implausible(ILogger logger, string source, string partition, string what, DateTimeOffset at, DateTimeOffset fromAt);

    [LoggerMessage(EventId = 2018, Level = LogLevel.Error,
        Message = "Source {Source}, partition {Partition}: not fetched. {Problem}; until then nothing is fetched or removed here.")]
    public static partial void ClockOff(ILogger logger, string source, string partition, string problem);

    [LoggerMessage(EventId = 2019, Level = LogLevel.Error,
        Message = "Source {Source}, partition {Partition}: not fetched: column '{Column}' of its row in table Checkpoints holds something else than it should. Correct it, or remove the row.")]
    public static partial void Unreadable(ILogger logger, string source, string partition, string column);

    [LoggerMessage(EventId = 2022, Level = LogLevel.Information,
        Message = "Source {Source}: partitions that the vendor lists: {Count}; new or back again: {Added}; gone, and read to the end of their open windows only: {Gone}.")]
    public static partial void PartitionsChanged(ILogger logger, string source, int count, int added, int gone);

    [LoggerMessage(EventId = 2023, Level = LogLevel.Warning,
        Message = "Source {Source}: partitions that the vendor lists and that cannot be read are left out: {Count}. The first: {Reason}. See 'partitions' in its template.")]
    public static partial void PartitionsRefused(ILogger logger, string source, int count, string reason);

    [LoggerMessage(EventId = 2024, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: items that the vendor lists and has no more are passed over ({Count}), the others are read. The first: {Reason}")]
    public static partial void ItemsGone(ILogger logger, string source, string partition, int count, string reason);

    [LoggerMessage(EventId = 2025, Level = LogLevel.Information,
        Message = "Source {Source}, partition {Partition}: processors left out {Dropped} of {Events} new events.")]
    public static partial void ProcessorsDropped(ILogger logger, string source, string partition, long dropped, long events);

    [LoggerMessage(EventId = 2026, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: failures of processors on the events of a page: {Count}; what they failed on goes on by '{Policy}'. The first: {Reason}.")]
    public static partial void ProcessorsFailed(ILogger logger, string source, string partition, int count, string policy, string reason);

    [LoggerMessage(EventId = 2027, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: a job at the vendor is lost, and another is submitted: {Reason}")]
    public static partial void JobLost(ILogger logger, string source, string partition, string reason);

    [LoggerMessage(EventId = 2028, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: lookup file '{File}' was replaced while a page was in flight, and its former version is not kept; the page is repeated with the new one, and some of its events may arrive twice.")]
    public static partial void LookupReplaced(ILogger logger, string source, string partition, string file);

    [LoggerMessage(EventId = 2029, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: objects of a page that have no key were sent ({Count}), but this listing cannot say what was removed. See 'snapshot.key' in its template.")]
    public static partial void ObjectsWithoutKey(ILogger logger, string source, string partition, int count);

    [LoggerMessage(EventId = 2030, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: objects with a key that the listing had before, and another content, were sent each ({Count}). If the vendor did not change them meanwhile, see 'snapshot.key' in its template.")]
    public static partial void KeysTwice(ILogger logger, string source, string partition, int count);

    [LoggerMessage(EventId = 2031, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: a listing is in doubt ({Reason}); of objects that it does not list nothing is said, and they stay known.")]
    public static partial void ListingInDoubt(ILogger logger, string source, string partition, string reason);

    [LoggerMessage(EventId = 2032, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: objects of the last listing that are lost in storage: {Count}; they count as new when they are listed again.")]
    public static partial void ListingLost(ILogger logger, string source, string partition, long count);

    [LoggerMessage(EventId = 2033, Level = LogLevel.Warning,
        Message = "Source {Source}: the table of its listing was not written: {Reason}. The table that is there, if any, stays.")]
    public static partial void TableNotWritten(ILogger logger, string source, string reason);

    [LoggerMessage(EventId = 2034, Level = LogLevel.Warning,
        Message = "Source {Source}: {Count} values of 'snapshot.keep' have more than {Longest} bytes or are nested deeper than {Deepest}; the listing's table leaves them out.")]
    public static partial void ValuesNotKept(ILogger logger, string source, int count, int longest, int deepest);

    [LoggerMessage(EventId = 2035, Level = LogLevel.Information,
        Message = "Source {Source}: the table of its listing is written: {Rows} rows, {Bytes} bytes.")]
    public static partial void TableWritten(ILogger logger, string source, int rows, long bytes);

    [LoggerMessage(EventId = 2036, Level = LogLevel.Error,
        Message = "Source {Source}, partition {Partition}: events between {From:u} and {To:u} may be missing: the vendor did not have them any more when they were to be read.")]
    public static partial void GapFound(ILogger logger, string source, string partition, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(EventId = 2037, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: the vendor refuses the time that it was asked for; what is read next starts at {From:u}, from where on it has events.")]
    public static partial void KeptFrom(ILogger logger, string source, string partition, DateTimeOffset from);

    [LoggerMessage(EventId = 2038, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: {Doubt}. It goes on as its template says.")]
    public static partial void Doubted(ILogger logger, string source, string partition, string doubt);

    [LoggerMessage(EventId = 2042, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: {Reason}. Shorter windows are read.")]
    public static partial void MoreBehind(ILogger logger, string source, string partition, string reason);

    [LoggerMessage(EventId = 2009, Level = LogLevel.Error,
        Message = "A message of queue 'fetch' cannot be read and went to the dead letters as {Name}: {Reason}. The next tick asks again.")]
    public static partial void UnreadableMessage(ILogger logger, string name, string reason);

    [LoggerMessage(EventId = 2010, Level = LogLevel.Error,
        Message = "Source {Source}, partition {Partition}: a page could not be asked for because of a fault in the pipeline; the checkpoint is unchanged. Report this.")]
    public static partial void Unexpected(ILogger logger, Exception exception, string source, string partition);

    [LoggerMessage(EventId = 2020, Level = LogLevel.Error,
        Message = "Source {Source}, partition {Partition}: an event of {Bytes} bytes is larger than a body for destination {Destination} may be; it went to the dead letters as {Name}.")]
    public static partial void EventTooLarge(ILogger logger, string source, string partition, string destination, int bytes, string name);

    [LoggerMessage(EventId = 2021, Level = LogLevel.Warning,
        Message = "Source {Source}, partition {Partition}: an event of {Bytes} bytes is larger than a body for destination {Destination} may be ({MaxBytes} bytes) and was cut, as its row says.")]
    public static partial void EventCut(ILogger logger, string source, string partition, string destination, int bytes, int maxBytes);
}
