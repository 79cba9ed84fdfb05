using System.Buffers;

namespace AuditFunctions.Destinations.Elastic;

/// <summary>
/// Events for <c>_bulk</c>: a line that creates a document under an id, and the document ("Bulk API", elastic.co, and "Bulk", opensearch.org, read 2026-11-21). The id
/// is made of source, partition, event id and event, so that the same event creates one document however often it comes, and two events are never taken for one.
/// </summary>
internal sealed class ElasticFormat(int maxBodyBytes, int maxEvents) : IBodyFormat
{
    /// <summary>The framing's name.</summary>
    public const string KindName = "elastic/1";

    /// <summary>The field that holds the event.</summary>
    public const string Field = "audit";

    // Names of the Elastic Common Schema: the module that events come from, and who made them. Its event.created would be the fetch time, but has been the event's.
    private static readonly OriginMembers Origin = new("module", "provider", fetched: null);

    // A data stream takes no document without a time.
    private static readonly DateTimeOffset NoTime = DateTimeOffset.UnixEpoch;

    /// <summary>Where events stand.</summary>
    public static FrameLayout Layout { get; } = new JsonFrames
    {
        Order = FrameOrder.Lines,
        LinesPerEvent = 2,
        Event = new JsonPlace(Field),
        Wrap = EventWrap.Start.ToArray(),
        Id = new JsonPlace("event.id"),
        Time = new JsonPlace("event.created"),
    };

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int MaxBodyBytes => maxBodyBytes;

    /// <inheritdoc/>
    public int MaxEvents => maxEvents;

    /// <inheritdoc/>
    public void WriteStart(IBufferWriter<byte> body, in BodyContext context)
    {
    }

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        var longest = 576 + Origin.BytesOf(context) + (6 * (context.Source.Length + context.Partition.Length)) + auditEvent.Id.Length + auditEvent.Bytes.Length;
        var frame = new FrameWriter(body.GetSpan(longest));
        frame.Write("{\"create\":{\"_id\":\""u8);
        Span<byte> id = stackalloc byte[EventHash.Length];
        EventHash.Write(context, auditEvent, id);
        frame.Write(id);
        frame.Write("\"}}\n{\"@timestamp\":\""u8);
        frame.WriteInstant(auditEvent.Time ?? NoTime);
        frame.Write("\",\"event\":{\"id\":\""u8);
        frame.Write(auditEvent.Id);
        if (auditEvent.Time is { } time)
        {
            frame.Write("\",\"created\":\""u8);
            frame.WriteInstant(time);
        }

        frame.Write("\",\"dataset\":\""u8);
        frame.WriteText(context.Source);
        frame.Write("\""u8);
        Origin.Write(ref frame, context);
        frame.Write("},\"labels\":{\"partition\":\""u8);
        frame.WriteJsonText(context.Partition);
        if (context.FetchedAt is { } fetchedAt)
        {
            frame.Write("\",\"fetched\":\""u8);
            frame.WriteInstant(fetchedAt);
        }

        frame.Write("\"},\"audit\":"u8);
        var isWrapped = EventWrap.IsNeeded(auditEvent.Bytes);
        frame.Write(isWrapped ? EventWrap.Start : []);
        frame.WriteOneLine(auditEvent.Bytes);
        frame.Write(isWrapped ? "}}\n"u8 : "}\n"u8);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context)
    {
    }
}
