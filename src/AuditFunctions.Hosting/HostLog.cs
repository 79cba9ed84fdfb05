using Microsoft.Extensions.Logging;

namespace AuditFunctions.Hosting;

/// <summary>Log messages 5000 to 5999. Ids are never reused: alerts hang on them.</summary>
public static partial class HostLog
{
    /// <summary>A process of its own has started.</summary>
    [LoggerMessage(EventId = 5001, Level = LogLevel.Information,
        Message = "Started; polling queues '{Fetch}' and '{Ship}', ticking at '{Cron}'.")]
    public static partial void Started(ILogger logger, string fetch, string ship, string cron);

    /// <summary>A stop begins.</summary>
    [LoggerMessage(EventId = 5002, Level = LogLevel.Information, Message = "Stopping: finishing the deliveries that are under way.")]
    public static partial void Stopping(ILogger logger);

    /// <summary>Handling a message threw.</summary>
    [LoggerMessage(EventId = 5003, Level = LogLevel.Error,
        Message = "A message of queue '{Queue}' failed and is tried again in {Delay} (try {Tries}).")]
    public static partial void MessageFailed(ILogger logger, Exception exception, string queue, TimeSpan delay, long tries);

    /// <summary>A part of storage is away.</summary>
    [LoggerMessage(EventId = 5004, Level = LogLevel.Error,
        Message = "{What} cannot be reached and is tried every {Delay}; nothing is lost: {Reason}. "
            + "See whether the storage account is up and lets this identity in.")]
    public static partial void StorageAway(ILogger logger, string what, TimeSpan delay, string reason);

    /// <summary>A tick threw.</summary>
    [LoggerMessage(EventId = 5005, Level = LogLevel.Error, Message = "The tick failed; the next one makes up for it: {Reason}")]
    public static partial void TickFailed(ILogger logger, string reason);

    /// <summary>A stop could not finish.</summary>
    [LoggerMessage(EventId = 5006, Level = LogLevel.Warning,
        Message = "The stop could not finish what was under way: {Reason}. It is done again; a batch may arrive twice.")]
    public static partial void StopIncomplete(ILogger logger, string reason);

    /// <summary>A part of storage is back.</summary>
    [LoggerMessage(EventId = 5020, Level = LogLevel.Information, Message = "{What} can be reached again.")]
    public static partial void StorageBack(ILogger logger, string what);
}
