using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Storage;

/// <summary>Log messages 4000 to 4999. Ids are never reused: alerts hang on them.</summary>
internal static partial class StateLog
{
    [LoggerMessage(EventId = 4041, Level = LogLevel.Warning,
        Message = "Destination {Destination}: the count of waiting batches could not be written ({Reason}); it is written later.")]
    public static partial void BacklogNotWritten(ILogger logger, string destination, string reason);
}
