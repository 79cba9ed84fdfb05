using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Log messages 1000 to 1999. Ids are never reused: alerts hang on them.</summary>
internal static partial class SchedulingLog
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Debug, Message = "Tick: of all sources ({Sources}), {Due} due.")]
    public static partial void Ticked(ILogger logger, int due, int sources);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Error, Message = "Source {Source} is not polled because its row is wrong: {Problem}")]
    public static partial void BadSourceRow(ILogger logger, string source, string problem);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Error, Message = "Destination {Destination} is not used because its row is wrong: {Problem}")]
    public static partial void BadDestinationRow(ILogger logger, string destination, string problem);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Information, Message = "Daily sweep; removed: ledger rows {Rows}, left-over bodies {Blobs}, segments of old ids {Segments}, records of destinations that are gone {Records}.")]
    public static partial void Swept(ILogger logger, int rows, int blobs, int segments, int records);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Warning, Message = "The daily sweep failed or took too long ({Reason}); tomorrow's makes up for it.")]
    public static partial void SweepFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 1007, Level = LogLevel.Error, Message = "Tick skipped: {Problem}; until then nothing is polled or removed here.")]
    public static partial void ClockOff(ILogger logger, string problem);

    [LoggerMessage(EventId = 1008, Level = LogLevel.Warning, Message = "Rows that are wrong and not used: {Rows}; each was named when it became so. 'auditfn validate' names them all.")]
    public static partial void BadRows(ILogger logger, int rows);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning, Message = "Tick skipped: {Waiting} messages wait in queue '{Queue}', more than {Limit}. Nothing is lost; the vendors keep the events.")]
    public static partial void Behind(ILogger logger, int waiting, string queue, int limit);
}
