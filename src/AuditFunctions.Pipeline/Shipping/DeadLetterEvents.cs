using System.Text;
using System.Text.Json;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>An event of a dead letter.</summary>
/// <param name="Id">Its id, if its framing holds one.</param>
/// <param name="Time">Its time, if its framing holds one.</param>
/// <param name="Bytes">The event as the vendor sent it.</param>
public sealed record DeadLetterEvent(string? Id, DateTimeOffset? Time, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The id as the inside of a JSON string, as the framing holds it; empty when it holds none.</summary>
    internal ReadOnlyMemory<byte> EscapedId { get; init; }
}

/// <summary>Reads the events of dead letters: of the neutral framing, and of every framing in which they were kept before there was one.</summary>
public static class DeadLetterEvents
{
    /// <summary>The events, in order; null when the letter holds no body of events: a page or a message, kept whole.</summary>
    /// <param name="note">Its note.</param>
    /// <param name="body">Its body, decompressed.</param>
    public static IReadOnlyList<DeadLetterEvent>? Read(DeadLetterNote note, ReadOnlyMemory<byte> body)
    {
        if (note.Format is not { } format || BodyReadings.Find(format) is not { } layout || BodyReadings.Read(format, body.Span) is not { } frames)
        {
            return null;
        }

        return [.. frames.Select(frame => Of(layout, frame, body, frames.Count == 1 ? note.EventId : null))];
    }

    /// <summary>Frames events as a destination wants them; an event whose framing held no id gets one made of its content.</summary>
    public static void Frame(IBodyFormat format, BodyContext context, IReadOnlyList<DeadLetterEvent> events, PooledBytes into)
    {
        var made = new HashSet<EventKey>();
        format.WriteStart(into, context);
        for (var at = 0; at < events.Count; at++)
        {
            format.WriteEvent(into, context, ViewOf(events[at], made), first: at == 0);
        }

        format.WriteEnd(into, context);
        format.Complete(into);
    }

    /// <summary>An event as fetching saw it.</summary>
    public static EventView ViewOf(DeadLetterEvent auditEvent, HashSet<EventKey> made)
    {
        var id = auditEvent.EscapedId.Span;
        for (var copy = 0; id.Length == 0; copy++)
        {
            var key = EventKey.FromContent(auditEvent.Bytes.Span, copy);
            id = made.Add(key) ? Encoding.ASCII.GetBytes(key.ToString()) : [];
        }

        return new EventView { Bytes = auditEvent.Bytes.Span, Id = id, Time = auditEvent.Time };
    }

    private static DeadLetterEvent Of(FrameLayout layout, FramedEvent frame, ReadOnlyMemory<byte> body, string? notedId)
    {
        var framed = body[frame.Event];
        var decoded = layout.Decode(framed.Span);
        var bytes = decoded == framed.Span ? framed : decoded.ToArray();
        var id = body[frame.Id];
        return id.Length > 0
            ? new DeadLetterEvent(JsonText.Unescape(id.Span), frame.Time, bytes) { EscapedId = id }
            : new DeadLetterEvent(notedId, frame.Time, bytes) { EscapedId = notedId is null ? default : Encoding.UTF8.GetBytes(JsonEncodedText.Encode(notedId).ToString()) };
    }
}
