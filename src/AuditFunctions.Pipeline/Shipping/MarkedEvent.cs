using System.Globalization;
using System.Text.Json;
using AuditFunctions.Destinations;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>An event of our own that shows whether a destination takes events. It is marked, so that nobody takes it for a vendor's.</summary>
public static class MarkedEvent
{
    /// <summary>The source whose event it seems to be, where a format names one.</summary>
    public const string Source = "auditfunctions-test";

    /// <summary>Delivers one marked event, framed as the destination's format says.</summary>
    public static async Task<SendResult> DeliverAsync(DestinationClient client, DestinationDefinition destination, DateTimeOffset sentAt, CancellationToken cancellationToken)
    {
        using var body = Pack(destination, sentAt);
        var delivery = new SendBody(body.BatchId, body.Gzip, body.RawBytes, body.Events, sentAt);
        return await client.DeliverAsync(destination, delivery, cancellationToken);
    }

    private static PackedBody Pack(DestinationDefinition destination, DateTimeOffset sentAt)
    {
        var instant = sentAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        var bytes = System.Text.Encoding.UTF8.GetBytes(
            $$"""{"auditfunctions":"test","destination":"{{JsonEncodedText.Encode(destination.Name)}}","sentAt":"{{instant}}"}""");
        var id = System.Text.Encoding.ASCII.GetBytes(EventKey.FromContent(bytes, 0).ToString());
        return BodyPacker.Alone(destination.Format, new BodyContext(Source, "default"), destination.Name, new EventView { Bytes = bytes, Id = id, Time = sentAt });
    }
}
