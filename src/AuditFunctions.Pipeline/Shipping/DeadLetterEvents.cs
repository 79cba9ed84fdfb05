using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>An event of a dead letter.</summary>
/// <param name="Id">Its id, if its framing holds one.</param>
/// <param name="Time">Its time, if its framing holds one.</param>
/// <param name="Bytes">The event as the vendor sent it.</param>
public sealed record DeadLetterEvent(string? Id, DateTimeOffset? Time, ReadOnlyMemory<byte> Bytes);

/// <summary>Reads the events of dead letters.</summary>
public static class DeadLetterEvents
{
    /// <summary>The events, in order; null when the letter holds no body of events: a page or a message, kept whole.</summary>
    /// <param name="note">Its note.</param>
    /// <param name="body">Its body, decompressed.</param>
    public static IReadOnlyList<DeadLetterEvent>? Read(DeadLetterNote note, ReadOnlyMemory<byte> body) =>
        note.Format is { } format && BodyReadings.Read(format, body.Span) is { } frames
            ? [.. frames.Select(frame => new DeadLetterEvent(IdOf(frame, body.Span) ?? (frames.Count == 1 ? note.EventId : null), frame.Time, body[frame.Event]))]
            : null;

    private static string? IdOf(FramedEvent frame, ReadOnlySpan<byte> body)
    {
        var id = body[frame.Id];
        return id.Length > 0 ? JsonText.Unescape(id) : null;
    }

    /// <summary>Frames events anew; an event whose framing held no id gets one made of its content.</summary>
    public static void Reframe(IBodyFormat format, BodyContext context, IReadOnlyList<FramedEvent> frames, ReadOnlySpan<byte> body, PooledBytes into)
    {
        var made = new HashSet<EventKey>();
        format.WriteStart(into, context);
        for (var at = 0; at < frames.Count; at++)
        {
            format.WriteEvent(into, context, ViewOf(frames[at], body, made), first: at == 0);
        }

        format.WriteEnd(into, context);
    }

    /// <summary>An event as fetching saw it.</summary>
    public static EventView ViewOf(FramedEvent frame, ReadOnlySpan<byte> body, HashSet<EventKey> made)
    {
        var bytes = body[frame.Event];
        var id = body[frame.Id];
        for (var copy = 0; id.Length == 0; copy++)
        {
            var key = EventKey.FromContent(bytes, copy);
            id = made.Add(key) ? Encoding.ASCII.GetBytes(key.ToString()) : [];
        }

        return new EventView { Bytes = bytes, Id = id, Time = frame.Time };
    }
}
