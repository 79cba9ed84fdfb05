using System.Buffers;

namespace AuditFunctions.Destinations.Http;

/// <summary>How events stand in a body.</summary>
public enum HttpFraming
{
    /// <summary>A JSON array of events.</summary>
    Array,

    /// <summary>A line per event.</summary>
    Lines,

    /// <summary>An object with the source, the partition and, for each event, its id, its time and itself.</summary>
    Envelope,
}

/// <summary>Events as a JSON array, as lines or in an envelope. The events' own bytes are untouched, except that lines hold no line breaks.</summary>
public sealed class HttpFormat(HttpFraming framing, int maxBodyBytes, int maxEvents) : IBodyFormat
{
    /// <inheritdoc/>
    public string Kind { get; } = framing switch
    {
        HttpFraming.Lines => "http-ndjson/1",
        HttpFraming.Envelope => "http-envelope/1",
        _ => "http-array/1",
    };

    /// <inheritdoc/>
    public int MaxBodyBytes => maxBodyBytes;

    /// <inheritdoc/>
    public int MaxEvents => maxEvents;

    /// <inheritdoc/>
    public void WriteStart(IBufferWriter<byte> body, in BodyContext context)
    {
        switch (framing)
        {
            case HttpFraming.Array:
                body.Write("["u8);
                break;
            case HttpFraming.Envelope:
                var frame = new FrameWriter(body.GetSpan(64 + (3 * (context.Source.Length + context.Partition.Length))));
                frame.Write("{\"source\":\""u8);
                frame.WriteText(context.Source);
                frame.Write("\",\"partition\":\""u8);
                frame.WriteText(context.Partition);
                frame.Write("\",\"events\":["u8);
                body.Advance(frame.Length);
                break;
        }
    }

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        var frame = new FrameWriter(body.GetSpan(128 + auditEvent.Id.Length + auditEvent.Bytes.Length));
        switch (framing)
        {
            case HttpFraming.Lines:
                WriteLine(ref frame, auditEvent.Bytes);
                break;
            case HttpFraming.Array:
                frame.Write(first ? ""u8 : ","u8);
                frame.Write(auditEvent.Bytes);
                break;
            case HttpFraming.Envelope:
                frame.Write(first ? "{\"id\":\""u8 : ",{\"id\":\""u8);
                frame.Write(auditEvent.Id);
                if (auditEvent.Time is { } time)
                {
                    frame.Write("\",\"time\":\""u8);
                    frame.WriteInstant(time);
                }

                frame.Write("\",\"event\":"u8);
                frame.Write(auditEvent.Bytes);
                frame.Write("}"u8);
                break;
        }

        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context)
    {
        switch (framing)
        {
            case HttpFraming.Array:
                body.Write("]"u8);
                break;
            case HttpFraming.Envelope:
                body.Write("]}"u8);
                break;
        }
    }

    // A line break inside an event can only stand between its tokens, where JSON means nothing by it.
    private static void WriteLine(ref FrameWriter frame, ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOfAny((byte)'\n', (byte)'\r') is var at and >= 0)
        {
            frame.Write(bytes[..at]);
            frame.Write(" "u8);
            bytes = bytes[(at + 1)..];
        }

        frame.Write(bytes);
        frame.Write("\n"u8);
    }
}
