using System.Buffers;

namespace AuditFunctions.Destinations.Lines;

/// <summary>
/// A line of JSON per event, with where it comes from:
/// <c>{"source":"okta-prod","partition":"default","id":"5f0e…","time":"2026-01-31T10:00:00.1234567Z","template":"okta-system-log","vendor":"Okta","fetched":"…","event":{…}}</c>.
/// </summary>
/// <param name="maxBodyBytes">Largest body, in bytes.</param>
/// <param name="maxEventBytes">Longest event that the destination keeps whole, in bytes.</param>
/// <param name="maxEvents">Most events in a body.</param>
internal sealed class LinesFormat(int maxBodyBytes, int maxEventBytes = int.MaxValue, int maxEvents = 100_000) : IBodyFormat
{
    /// <summary>The framing's name.</summary>
    public const string KindName = "lines/1";

    private static readonly OriginMembers Origin = new();

    /// <summary>Where events stand.</summary>
    public static IReadOnlyDictionary<string, FrameLayout> Framings { get; } = new Dictionary<string, FrameLayout>
    {
        [KindName] = new JsonFrames { Order = FrameOrder.Lines, Event = new JsonPlace("event"), Id = new JsonPlace("id"), Time = new JsonPlace("time") },
    };

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int MaxBodyBytes => maxBodyBytes;

    /// <inheritdoc/>
    public int MaxEvents => maxEvents;

    /// <inheritdoc/>
    public int MaxEventBytes => maxEventBytes;

    /// <inheritdoc/>
    public void WriteStart(IBufferWriter<byte> body, in BodyContext context)
    {
    }

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        var frame = new FrameWriter(body.GetSpan(192 + Origin.BytesOf(context) + (6 * (context.Source.Length + context.Partition.Length)) + auditEvent.Id.Length + auditEvent.Bytes.Length));
        frame.Write("{\"source\":\""u8);
        frame.WriteText(context.Source);
        frame.Write("\",\"partition\":\""u8);
        frame.WriteJsonText(context.Partition);
        frame.Write("\",\"id\":\""u8);
        frame.Write(auditEvent.Id);
        if (auditEvent.Time is { } time)
        {
            frame.Write("\",\"time\":\""u8);
            frame.WriteInstant(time);
        }

        frame.Write("\""u8);
        Origin.Write(ref frame, context);
        frame.Write(",\"event\":"u8);
        frame.WriteOneLine(auditEvent.Bytes);
        frame.Write("}\n"u8);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context)
    {
    }
}
