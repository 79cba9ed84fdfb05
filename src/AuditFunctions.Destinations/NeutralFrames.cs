using System.Buffers;
using System.Buffers.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations;

/// <summary>
/// The one framing that every dead letter is kept in, whatever its destination: a line of JSON that says id, time and length, then the bytes exactly as
/// the vendor sent them, whatever they are, and a line feed:
/// <c>{"id":"5f0e…","time":"2026-01-31T10:00:00.1234567Z","bytes":4194}</c>.
/// </summary>
public sealed class NeutralFrames : FrameLayout
{
    /// <summary>Its name.</summary>
    public const string Kind = "events/1";

    /// <summary>The only one.</summary>
    public static NeutralFrames Layout { get; } = new();

    /// <summary>Writes an event; one without an id leaves it out.</summary>
    public static void Write(IBufferWriter<byte> body, in EventView auditEvent)
    {
        var frame = new FrameWriter(body.GetSpan(128 + auditEvent.Id.Length + auditEvent.Bytes.Length));
        frame.Write("{"u8);
        if (auditEvent.Id.Length > 0)
        {
            frame.Write("\"id\":\""u8);
            frame.Write(auditEvent.Id);
            frame.Write("\","u8);
        }

        if (auditEvent.Time is { } time)
        {
            frame.Write("\"time\":\""u8);
            frame.WriteInstant(time);
            frame.Write("\","u8);
        }

        frame.Write("\"bytes\":"u8);
        frame.WriteNumber(auditEvent.Bytes.Length);
        frame.Write("}\n"u8);
        frame.Write(auditEvent.Bytes);
        frame.Write("\n"u8);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> body, List<FramedEvent> events)
    {
        for (var at = 0; at < body.Length;)
        {
            if (body[at] != '{' || JsonExtent.EndOf(body, at) is not (>= 0 and var end) || ReadHead(body, at, out var length) is not { } framed)
            {
                return false;
            }

            var start = end + 1;
            if (length < 0 || start > body.Length - length - 1 || body[end] != '\n' || body[start + length] != '\n')
            {
                return false;
            }

            events.Add(framed with { End = start + length + 1, Event = start..(start + length) });
            at = start + length + 1;
        }

        return true;
    }

    private static FramedEvent? ReadHead(ReadOnlySpan<byte> body, int start, out int length)
    {
        length = -1;
        Range id = default;
        DateTimeOffset? time = null;
        var members = new JsonMembers(body, start);
        while (members.Next())
        {
            var (from, to) = (members.ValueStart, members.ValueEnd);
            if (members.Name.SequenceEqual("bytes"u8))
            {
                length = Utf8Parser.TryParse(body[from..to], out int bytes, out var digits) && digits == to - from ? bytes : -1;
            }
            else if (body[from] == '"' && members.Name.SequenceEqual("id"u8))
            {
                id = (from + 1)..(to - 1);
            }
            else if (body[from] == '"' && members.Name.SequenceEqual("time"u8))
            {
                time = InstantOf(body[(from + 1)..(to - 1)]);
            }
        }

        return new FramedEvent { Start = start, End = start, Event = default, Id = id, Time = time };
    }
}
