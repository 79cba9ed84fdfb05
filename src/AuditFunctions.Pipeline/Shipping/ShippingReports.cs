using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Says what becomes of batches: metrics and log lines.</summary>
internal sealed class ShippingReports(PipelineMetrics metrics, TimeProvider time, ILogger<ShipHandler> log)
{
    /// <summary>A batch was delivered as a whole.</summary>
    public void Delivered(ShipMessage message)
    {
        var parts = DeliveryParts.Of(message, time.GetUtcNow());
        metrics.Delivered(message, parts);
        ShippingLog.Delivered(
            log, message.Destination, message.BatchId, message.Source, message.Partition, message.Events, parts?.Remote.TotalSeconds, parts?.Waited.TotalSeconds, parts?.Run.TotalSeconds);
    }

    /// <summary>Some events of a batch were delivered.</summary>
    public void Delivered(ShipMessage message, int events)
    {
        if (events > 0)
        {
            metrics.Delivered(message.Source, message.Destination, events);
        }
    }

    /// <summary>A destination did not take the content of a batch.</summary>
    public void Rejected(ShipMessage message) => metrics.Rejected(message.Destination);

    /// <summary>Events of a batch went to the dead letters: one line, however many.</summary>
    public void DeadLettered(ShipMessage message, int events, string reason) =>
        ShippingLog.DeadLettered(log, message.Destination, message.BatchId, message.Source, events, reason);

    /// <summary>Every event of a rejected batch is settled.</summary>
    public void Split(ShipMessage message, SplitProgress progress, int pieces) =>
        ShippingLog.Split(log, message.Destination, message.BatchId, message.Source, progress.Delivered, progress.GivenUp, progress.Events, pieces);

    /// <summary>A delivery is put off.</summary>
    public void Deferred(ShipMessage message, TimeSpan wait, int attempt, string reason)
    {
        metrics.Deferred(message.Destination);
        ShippingLog.Deferred(log, message.Destination, message.BatchId, message.Source, wait, attempt, reason);
    }

    /// <summary>A destination takes nothing until somebody changes something.</summary>
    public void Refused(ShipMessage message, TimeSpan wait, string reason)
    {
        metrics.Refused(message.Destination);
        ShippingLog.Refused(log, message.Destination, message.BatchId, message.Source, wait, reason);
    }

    /// <summary>A batch was delivered before.</summary>
    public void Duplicate(ShipMessage message) => ShippingLog.DuplicateDropped(log, message.Destination, message.BatchId, message.Source);

    /// <summary>A dead letter that was to be sent again is not there any more.</summary>
    public void RetryDropped(ShipMessage message) => ShippingLog.RetryDropped(log, message.Destination, message.DeadLetter!, message.Source);

    /// <summary>A message holds another body than that of its batch.</summary>
    public void WrongBody(ShipMessage message, string name) => ShippingLog.WrongBody(log, message.Destination, message.BatchId, message.Source, name);

    /// <summary>A message cannot be read.</summary>
    public void Unreadable(string name, string reason) => ShippingLog.UnreadableMessage(log, name, reason);

    /// <summary>A fault of our own in sending must not end in the host's poison queue, which forgets messages after a week: it counts as not delivered.</summary>
    public SendResult Unexpected(ShipMessage message, Exception exception)
    {
        ShippingLog.Unexpected(log, exception, message.Destination, message.BatchId, message.Source);
        return new SendResult.Retry(0, $"an unexpected {exception.GetType().Name} in sending");
    }
}
