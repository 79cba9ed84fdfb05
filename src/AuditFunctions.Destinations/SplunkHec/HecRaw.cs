using System.Buffers;
using System.Security.Cryptography;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>
/// How the raw endpoint is asked: what Splunk is to know of a body stands in the query, since the body holds nothing but the events ("Format events for HTTP Event
/// Collector", help.splunk.com, read 2026-11-21).
/// </summary>
/// <param name="Metadata">The query's names and what each says.</param>
internal sealed record HecRaw(IReadOnlyList<(string Name, HecPattern Value)> Metadata)
{
    /// <summary>The channel of this process, which the raw endpoint demands.</summary>
    public Guid Channel { get; } = new(RandomNumberGenerator.GetBytes(16));

    /// <summary>Path and query for a body.</summary>
    public string PathOf(BodyContext origin) =>
        $"services/collector/raw?{string.Join('&', Metadata.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value.Of(origin))}"))}";
}

/// <summary>Events as they are, a line each.</summary>
/// <param name="maxBodyBytes">Largest body.</param>
internal sealed class HecRawFormat(int maxBodyBytes) : IBodyFormat
{
    /// <summary>The framing's name.</summary>
    public const string KindName = "hec-raw/1";

    /// <summary>Where events stand.</summary>
    public static FrameLayout Layout { get; } = new JsonFrames { Order = FrameOrder.Lines };

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int MaxBodyBytes => maxBodyBytes;

    /// <inheritdoc/>
    public int MaxEvents => 100_000;

    /// <inheritdoc/>
    public void WriteStart(IBufferWriter<byte> body, in BodyContext context)
    {
    }

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        var frame = new FrameWriter(body.GetSpan(auditEvent.Bytes.Length + 1));
        frame.WriteOneLine(auditEvent.Bytes);
        frame.Write("\n"u8);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context)
    {
    }
}
