using System.Buffers;

namespace AuditFunctions.Destinations.Http;

/// <summary>How events stand in a body.</summary>
internal enum HttpFraming
{
    /// <summary>A JSON array of events.</summary>
    Array,

    /// <summary>A line per event.</summary>
    Lines,

    /// <summary>An object with the source, the partition and, for each event, its id, its time and itself.</summary>
    Envelope,
}

/// <summary>Events as a JSON array, as lines or in an envelope. The events' own bytes are untouched, except that lines hold no line breaks.</summary>
internal sealed class HttpFormat(HttpFraming framing, int maxBodyBytes, int maxEvents) : IBodyFormat
{
    private const string ArrayKind = "http-array/1";
    private const string LinesKind = "http-ndjson/1";
    private const string EnvelopeKind = "http-envelope/1";
    private static readonly OriginMembers Origin = new();

    /// <summary>Where events stand. Arrays and lines hold nothing but events: no ids and no times.</summary>
    public static IReadOnlyDictionary<string, FrameLayout> Layouts { get; } = new Dictionary<string, FrameLayout>
    {
        [ArrayKind] = new JsonFrames { Order = FrameOrder.Elements },
        [LinesKind] = new JsonFrames { Order = FrameOrder.Lines },
        [EnvelopeKind] = new JsonFrames
        {
            Order = FrameOrder.Elements,
            Array = new JsonPlace("events"),
            Event = new JsonPlace("event"),
            Id = new JsonPlace("id"),
            Time = new JsonPlace("time"),
        },
    };

    /// <inheritdoc/>
    public string Kind { get; } = framing switch
    {
        HttpFraming.Lines => LinesKind,
        HttpFraming.Envelope => EnvelopeKind,
        _ => ArrayKind,
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
                var frame = new FrameWriter(body.GetSpan(64 + Origin.BytesOf(context) + (6 * (context.Source.Length + context.Partition.Length))));
                frame.Write("{\"source\":\""u8);
                frame.WriteText(context.Source);
                frame.Write("\",\"partition\":\""u8);
                frame.WriteJsonText(context.Partition);
                frame.Write("\""u8);
                Origin.Write(ref frame, context);
                frame.Write(",\"events\":["u8);
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

    private static void WriteLine(ref FrameWriter frame, ReadOnlySpan<byte> bytes)
    {
        frame.WriteOneLine(bytes);
        frame.Write("\n"u8);
    }
}
