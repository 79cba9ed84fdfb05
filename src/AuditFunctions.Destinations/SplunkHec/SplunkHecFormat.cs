using System.Buffers;
using System.Text;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>
/// Events in HEC envelopes, a line each ("Format events for HTTP Event Collector", help.splunk.com, read 2026-11-21). The event's own bytes follow
/// <c>"event":</c> untouched; <c>time</c> is plain decimal, since Splunk 10 refuses an exponent.
/// </summary>
internal sealed class SplunkHecFormat : IBodyFormat
{
    /// <summary>The framing's name.</summary>
    public const string KindName = "splunk-hec/1";

    /// <summary>The indexed field that holds the event's id.</summary>
    public const string IdField = "event_id";

    private static readonly OriginMembers Origin = new("audit_template", "audit_vendor", "audit_fetched");
    private readonly (byte[] Name, HecPattern Value)[] _metadata;

    /// <summary>A format with what Splunk is to know of every event, as patterns of where it comes from.</summary>
    public SplunkHecFormat(string? index, string? sourcetype, string? host, int maxBodyBytes, string? source = null)
    {
        MaxBodyBytes = maxBodyBytes;
        _metadata = [.. new[] { ("host", OrElse(host, "{source}")), ("source", OrElse(source, "{source}/{partition}")), ("index", index), ("sourcetype", sourcetype) }
            .Where(pair => !string.IsNullOrEmpty(pair.Item2))
            .Select(pair => (Encoding.UTF8.GetBytes($"\"{pair.Item1}\":\""), new HecPattern(pair.Item2!)))];
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int MaxBodyBytes { get; }

    /// <inheritdoc/>
    public int MaxEvents => 100_000;

    /// <inheritdoc/>
    public int MaxEventBytes { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    public void WriteStart(IBufferWriter<byte> body, in BodyContext context)
    {
    }

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        var longest = 256 + Origin.BytesOf(context) + auditEvent.Id.Length + auditEvent.Bytes.Length;
        foreach (var (name, value) in _metadata)
        {
            longest += name.Length + value.BytesOf(context) + 2;
        }

        var frame = new FrameWriter(body.GetSpan(longest));
        frame.Write("{"u8);
        if (auditEvent.Time is { } time)
        {
            frame.Write("\"time\":"u8);
            frame.WriteSeconds(time);
            frame.Write(","u8);
        }

        foreach (var (name, value) in _metadata)
        {
            frame.Write(name);
            value.Write(ref frame, context);
            frame.Write("\","u8);
        }

        frame.Write("\"fields\":{\"event_id\":\""u8);
        frame.Write(auditEvent.Id);
        frame.Write("\""u8);
        Origin.Write(ref frame, context);
        frame.Write("},\"event\":"u8);
        frame.Write(auditEvent.Bytes);
        frame.Write("}\n"u8);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context)
    {
    }

    private static string OrElse(string? text, string otherwise) => string.IsNullOrEmpty(text) ? otherwise : text;
}
