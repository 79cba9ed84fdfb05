using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Log messages 3000 to 3999. Ids are never reused: alerts hang on them.</summary>
internal static partial class ShippingLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information,
        Message = "Destination {Destination}: delivered batch {Batch} of source {Source}, partition {Partition}; events: {Events}; vendor {Remote:0.0} s, wait for the poll {Waited:0.0} s, run {Run:0.0} s.")]
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
        Message = "Destination {Destination}: batch {Batch} of source {Source} (events: {Events}) went to the dead letters: {Reason}")]
    public static partial void DeadLettered(ILogger logger, string destination, string batch, string source, int events, string reason);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Error,
        Message = "A message of queue 'ship' cannot be read and went to the dead letters as {Name}: {Reason}.")]
    public static partial void UnreadableMessage(ILogger logger, string name, string reason);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Error,
        Message = "Destination {Destination}: batch {Batch} of source {Source} could not be sent because of a fault in the pipeline; it is kept and tried again. Report this.")]
    public static partial void Unexpected(ILogger logger, Exception exception, string destination, string batch, string source);

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning,
        Message = "Destination {Destination}: batch {Batch} of source {Source} was rejected as a whole; of its events ({Events}), {Delivered} delivered, {GivenUp} in the dead letters, found with further requests: {Pieces}.")]
    public static partial void Split(ILogger logger, string destination, string batch, string source, int delivered, int givenUp, int events, int pieces);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Information,
        Message = "Destination {Destination}: the dead letter {Name} of source {Source} was to be sent again, but was delivered, discarded or refused meanwhile; dropped.")]
    public static partial void RetryDropped(ILogger logger, string destination, string name, string source);

    [LoggerMessage(EventId = 3022, Level = LogLevel.Error,
        Message = "Destination {Destination}: a message for batch {Batch} of source {Source} has another body than the one that was packed. It was not sent and went to the dead letters as {Name}; the batch itself stays open.")]
    public static partial void WrongBody(ILogger logger, string destination, string batch, string source, string name);

    [LoggerMessage(EventId = 3031, Level = LogLevel.Warning,
        Message = "Destination {Destination} is down since {Since:u}: {Reason}. Its batches wait; one delivery at a time tries whether it is back.")]
    public static partial void DestinationDown(ILogger logger, string destination, DateTimeOffset since, string reason);

    [LoggerMessage(EventId = 3032, Level = LogLevel.Error,
        Message = "Destination {Destination} refuses everything until somebody acts; its batches wait: {Reason}")]
    public static partial void DestinationRefuses(ILogger logger, string destination, string reason);

    [LoggerMessage(EventId = 3033, Level = LogLevel.Information,
        Message = "Destination {Destination} is back; it was down since {Since:u}. What waited is being delivered.")]
    public static partial void DestinationBack(ILogger logger, string destination, DateTimeOffset since);

    [LoggerMessage(EventId = 3034, Level = LogLevel.Warning,
        Message = "Destination {Destination}: the state of its circuit could not be shared with other instances ({Reason}). This instance goes on by what it knows itself.")]
    public static partial void CircuitNotShared(ILogger logger, string destination, string reason);
}
