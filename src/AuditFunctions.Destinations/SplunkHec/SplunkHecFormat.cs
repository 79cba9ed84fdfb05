using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>
/// Events in HEC envelopes, a line each ("Format events for HTTP Event Collector", help.splunk.com, read 2026-11-21). The event's own bytes follow
/// <c>"event":</c> untouched; <c>time</c> is plain decimal, since Splunk 10 refuses an exponent.
/// </summary>
public sealed class SplunkHecFormat : IBodyFormat
{
    /// <summary>The framing's name.</summary>
    public const string KindName = "splunk-hec/1";

    /// <summary>The indexed field that holds the event's id.</summary>
    public const string IdField = "event_id";

    private readonly byte[] _settings;
    private readonly byte[]? _host;

    /// <summary>A format with fixed metadata.</summary>
    public SplunkHecFormat(string? index, string? sourcetype, string? host, int maxBodyBytes)
    {
        MaxBodyBytes = maxBodyBytes;
        var settings = new StringBuilder();
        foreach (var (key, value) in new[] { ("index", index), ("sourcetype", sourcetype) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                settings.Append('"').Append(key).Append("\":\"").Append(JsonEncodedText.Encode(value)).Append("\",");
            }
        }

        _settings = Encoding.UTF8.GetBytes(settings.ToString());
        _host = string.IsNullOrEmpty(host) ? null : Encoding.UTF8.GetBytes(JsonEncodedText.Encode(host).ToString());
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int MaxBodyBytes { get; }

    /// <inheritdoc/>
    public int MaxEvents => 100_000;

    /// <inheritdoc/>
    public void WriteStart(IBufferWriter<byte> body, in BodyContext context)
    {
    }

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        var longest = 256 + _settings.Length + (_host?.Length ?? 0) + (3 * (context.Source.Length + context.Partition.Length)) + auditEvent.Id.Length + auditEvent.Bytes.Length;
        var frame = new FrameWriter(body.GetSpan(longest));
        frame.Write("{"u8);
        if (auditEvent.Time is { } time)
        {
            frame.Write("\"time\":"u8);
            frame.WriteSeconds(time);
            frame.Write(","u8);
        }

        frame.Write("\"host\":\""u8);
        if (_host is null)
        {
            frame.WriteText(context.Source);
        }
        else
        {
            frame.Write(_host);
        }

        frame.Write("\",\"source\":\""u8);
        frame.WriteText(context.Source);
        frame.Write("/"u8);
        frame.WriteText(context.Partition);
        frame.Write("\","u8);
        frame.Write(_settings);
        frame.Write("\"fields\":{\"event_id\":\""u8);
        frame.Write(auditEvent.Id);
        frame.Write("\"},\"event\":"u8);
        frame.Write(auditEvent.Bytes);
        frame.Write("}\n"u8);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context)
    {
    }
}
