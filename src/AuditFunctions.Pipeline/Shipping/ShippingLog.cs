using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Log messages 3000 to 3999. Ids are never reused: alerts hang on them.</summary>
internal static partial class ShippingLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information,
        Message = "Destination {Destination}: delivered batch {Batch} of source {Source}, partition {Partition}: {Events} events; vendor {Remote:0.0} s, wait for the poll {Waited:0.0} s, run {Run:0.0} s.")]
    public static partial void Delivered(ILogger logger, string destination, string batch, string source, string partition, int events, double? remote, double? waited, double? run);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information,
        Message = "Destination {Destination}: batch {Batch} of source {Source} was delivered before; dropped.")]
    public static partial void DuplicateDropped(ILogger logger, string destination, string batch, string source);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning,
        Message = "Destination {Destination}: batch {Batch} of source {Source} deferred for {Wait} after attempt {Attempt}: {Reason}.")]
    public static partial void Deferred(ILogger logger, string destination, string batch, string source, TimeSpan wait, int attempt, string reason);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Error,
        Message = "Destination {Destination}: batch {Batch} of source {Source} is refused and waits {Wait}; nothing is lost: {Reason}")]
    public static partial void Refused(ILogger logger, string destination, string batch, string source, TimeSpan wait, string reason);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Error,
        Message = "Destination {Destination}: batch {Batch} of source {Source}, {Events} events, went to the dead letters: {Reason}")]
    public static partial void DeadLettered(ILogger logger, string destination, string batch, string source, int events, string reason);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Error,
        Message = "A message of queue 'ship' cannot be read and went to the dead letters as {Name}: {Reason}.")]
    public static partial void UnreadableMessage(ILogger logger, string name, string reason);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Error,
        Message = "Destination {Destination}: batch {Batch} of source {Source} could not be sent because of a fault in the pipeline; it is kept and tried again. Report this.")]
    public static partial void Unexpected(ILogger logger, Exception exception, string destination, string batch, string source);
}
