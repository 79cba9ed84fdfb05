using System.Buffers.Binary;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Otlp;

/// <summary>Where events stand in a body of <see cref="OtlpProtobufFormat"/>.</summary>
internal sealed class OtlpProtobufFrames : FrameLayout
{
    private const int LengthBytes = 5;
    private const int Records = 0x12;

    /// <summary>The only one.</summary>
    public static OtlpProtobufFrames Layout { get; } = new();

    /// <summary>Keeps room for a length that is not known yet: a number of five bytes, as long as any may be.</summary>
    public static ReadOnlySpan<byte> NoLength => [0x80, 0x80, 0x80, 0x80, 0x00];

    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> body, List<FramedEvent> events)
    {
        if (ScopeOf(body) is not (> 0 and var scope))
        {
            return false;
        }

        // Its scope, then its records.
        var at = scope + 1 + LengthBytes;
        while (at < body.Length)
        {
            var start = at;
            if (!Field(body, ref at, out var tag, out var content))
            {
                return false;
            }

            if (tag == Records)
            {
                if (RecordOf(body, start, content) is not { } framed)
                {
                    return false;
                }

                events.Add(framed);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Complete(PooledBytes body)
    {
        var scope = ScopeOf(body.WrittenSpan);
        Span<byte> length = stackalloc byte[LengthBytes];
        WriteLength(body.Length - 1 - LengthBytes, length);
        body.Overwrite(1, length);
        WriteLength(body.Length - scope - 1 - LengthBytes, length);
        body.Overwrite(scope + 1, length);
    }

    // Where the field of ScopeLogs starts; 0 when the body is framed otherwise.
    private static int ScopeOf(ReadOnlySpan<byte> body)
    {
        var at = 1 + LengthBytes;
        return body.Length > at && body[0] == 0x0A && Field(body, ref at, out var resource, out _) && resource == 0x0A
            && at + 1 + LengthBytes <= body.Length && body[at] == 0x12 ? at : 0;
    }

    private static void WriteLength(int value, Span<byte> bytes)
    {
        for (var at = 0; at < LengthBytes; at++)
        {
            bytes[at] = (byte)((value & 0x7F) | (at < LengthBytes - 1 ? 0x80 : 0));
            value >>= 7;
        }
    }

    private static FramedEvent? RecordOf(ReadOnlySpan<byte> body, int start, Range record)
    {
        Range? text = null;
        Range id = default;
        DateTimeOffset? time = null;
        var end = record.End.Value;
        for (var at = record.Start.Value; at < end;)
        {
            if (!Field(body[..end], ref at, out var tag, out var content))
            {
                return null;
            }

            switch (tag)
            {
                case 0x09:
                    time = DateTimeOffset.UnixEpoch.AddTicks(BinaryPrimitives.ReadInt64LittleEndian(body[content]) / 100);
                    break;
                case 0x2A:
                    text = TextOf(body, content);
                    break;
                case 0x32:
                    id = IdOf(body, content) ?? id;
                    break;
            }
        }

        return text is { } found ? new FramedEvent { Start = start, End = end, Event = found, Id = id, Time = time } : null;
    }

    // AnyValue { string_value = 1 }
    private static Range? TextOf(ReadOnlySpan<byte> body, Range any)
    {
        var at = any.Start.Value;
        return Field(body[..any.End.Value], ref at, out var tag, out var text) && tag == 0x0A ? text : null;
    }

    // KeyValue { key = 1, value = 2 }
    private static Range? IdOf(ReadOnlySpan<byte> body, Range pair)
    {
        var at = pair.Start.Value;
        var inside = body[..pair.End.Value];
        return Field(inside, ref at, out var tag, out var key) && tag == 0x0A && body[key].SequenceEqual("event.id"u8) && Field(inside, ref at, out tag, out var value) && tag == 0x12
            ? TextOf(body, value)
            : null;
    }

    // A field at a place: its tag, its content, and where the next one starts. Our tags are a byte each.
    private static bool Field(ReadOnlySpan<byte> body, ref int at, out int tag, out Range content)
    {
        (tag, content) = (at < body.Length ? body[at] : 0, default);
        at++;
        long length = 0;
        switch (tag & 7)
        {
            case 0 when tag != 0:
                content = at..at;
                return Protobuf.TryReadVarint(body, ref at, out _);
            case 1:
                length = 8;
                break;
            case 2 when Protobuf.TryReadVarint(body, ref at, out length):
                break;
            case 5:
                length = 4;
                break;
            default:
                return false;
        }

        if (length < 0 || length > body.Length - at)
        {
            return false;
        }

        content = at..(at + (int)length);
        at += (int)length;
        return true;
    }
}
