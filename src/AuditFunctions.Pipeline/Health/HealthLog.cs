using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Health;

/// <summary>Log messages 1011 to 1029, beside those of the scheduler. Ids are never reused: alerts hang on them.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(EventId = 1011, Level = LogLevel.Warning, Message = "Source {Source}, partition {Partition}: failing since {Since:u}: {Reason}")]
    public static partial void SourceFailing(ILogger logger, string source, string partition, DateTimeOffset since, string reason);

    [LoggerMessage(EventId = 1012, Level = LogLevel.Information, Message = "Source {Source}, partition {Partition}: well again; it was {State} since {Since:u}.")]
    public static partial void SourceRecovered(ILogger logger, string source, string partition, string state, DateTimeOffset since);

    [LoggerMessage(EventId = 1013, Level = LogLevel.Warning, Message = "Source {Source}, partition {Partition}: silent since {Since:u}: {Reason}.")]
    public static partial void SourceSilent(ILogger logger, string source, string partition, DateTimeOffset since, string reason);

    [LoggerMessage(EventId = 1014, Level = LogLevel.Warning, Message = "Source {Source}, partition {Partition}: not polled: {Reason}.")]
    public static partial void SourceBlocked(ILogger logger, string source, string partition, string reason);

    [LoggerMessage(EventId = 1015, Level = LogLevel.Information, Message = "Source {Source}, partition {Partition}: polled again; it was blocked by a destination since {Since:u}.")]
    public static partial void SourceUnblocked(ILogger logger, string source, string partition, DateTimeOffset since);

    [LoggerMessage(EventId = 1016, Level = LogLevel.Error, Message = "Source {Source}, partition {Partition}: not polled since {Since:u} although ticks run: {Reason}.")]
    public static partial void SourceOverdue(ILogger logger, string source, string partition, DateTimeOffset since, string reason);

    [LoggerMessage(EventId = 1017, Level = LogLevel.Warning, Message = "Source {Source}, partition {Partition}: {Reason}")]
    public static partial void SourceWithoutRow(ILogger logger, string source, string partition, string reason);

    [LoggerMessage(EventId = 1018, Level = LogLevel.Error, Message = "Queue '{Queue}' is not worked on: its oldest message waits since {Since:u}. See whether the function or process that handles it runs.")]
    public static partial void QueueStuck(ILogger logger, string queue, DateTimeOffset since);

    [LoggerMessage(EventId = 1019, Level = LogLevel.Information, Message = "Queue '{Queue}' is worked on again.")]
    public static partial void QueueMoves(ILogger logger, string queue);

    [LoggerMessage(EventId = 1020, Level = LogLevel.Warning, Message = "The states of sources could not be noted ({Reason}); the next tick makes up for it.")]
    public static partial void StatesNotNoted(ILogger logger, string reason);

    [LoggerMessage(EventId = 1021, Level = LogLevel.Error, Message = "Queue '{Queue}' holds messages that the Functions host gave up on ({Messages}); there they expire after 7 days. See why (5003), then bring them back with 'auditfn queues restore'.")]
    public static partial void QueuePoisoned(ILogger logger, string queue, int messages);

    [LoggerMessage(EventId = 1022, Level = LogLevel.Information, Message = "Queue '{Queue}' is empty again.")]
    public static partial void QueueUnpoisoned(ILogger logger, string queue);
}
