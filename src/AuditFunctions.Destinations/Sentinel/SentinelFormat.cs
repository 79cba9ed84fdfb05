using System.Buffers;

namespace AuditFunctions.Destinations.Sentinel;

/// <summary>
/// Events as rows of a table, in a JSON array ("Logs Ingestion API in Azure Monitor" and "Azure Monitor service limits", learn.microsoft.com, read
/// 2026-11-21). The event's own bytes follow <c>"Event":</c> untouched.
/// </summary>
internal sealed class SentinelFormat(int maxBodyBytes) : IBodyFormat
{
    /// <summary>The framing's name.</summary>
    public const string KindName = "sentinel/1";

    private static readonly OriginMembers Origin = new("Template", "Vendor", "FetchedAt");

    /// <summary>The columns that rows have, and their types: what the table and the stream must declare.</summary>
    public static readonly IReadOnlyList<(string Name, string Type)> Columns =
    [
        ("TimeGenerated", "datetime"), ("EventTime", "datetime"), ("EventId", "string"), ("Source", "string"), ("Partition", "string"), ("BatchId", "string"),
        ("Template", "string"), ("Vendor", "string"), ("FetchedAt", "datetime"), ("Event", "dynamic"),
    ];

    /// <summary>
    /// Stands in <c>TimeGenerated</c> of an event whose time could not be read. The service puts the time of arrival in place of any that is older than
    /// two days; the clock would make a repeated page another batch.
    /// </summary>
    public static readonly DateTimeOffset NoTime = DateTimeOffset.UnixEpoch;

    private static ReadOnlySpan<byte> FirstStart => "{\"BatchId\":\""u8;

    private static ReadOnlySpan<byte> NextStart => ",{\"BatchId\":\""u8;

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int MaxBodyBytes => maxBodyBytes;

    /// <inheritdoc/>
    public int MaxEvents => 100_000;

    /// <summary>A value of more than 64 KB is cut by the service without a word: this is below 64 KB however one counts, with what may stand around an event.</summary>
    public int MaxEventBytes => 63_900;

    /// <inheritdoc/>
    public int? BatchIdAt(bool first) => first ? FirstStart.Length : NextStart.Length;

    /// <inheritdoc/>
    public void WriteStart(IBufferWriter<byte> body, in BodyContext context) => body.Write("["u8);

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        var longest = 320 + Origin.BytesOf(context) + (6 * (context.Source.Length + context.Partition.Length)) + auditEvent.Id.Length + auditEvent.Bytes.Length;
        var frame = new FrameWriter(body.GetSpan(longest));
        frame.Write(first ? FirstStart : NextStart);
        frame.WriteText(context.BatchId);
        frame.Write("\",\"TimeGenerated\":\""u8);
        frame.WriteInstant(auditEvent.Time ?? NoTime);
        if (auditEvent.Time is { } time)
        {
            frame.Write("\",\"EventTime\":\""u8);
            frame.WriteInstant(time);
        }

        frame.Write("\",\"EventId\":\""u8);
        frame.Write(auditEvent.Id);
        frame.Write("\",\"Source\":\""u8);
        frame.WriteText(context.Source);
        frame.Write("\",\"Partition\":\""u8);
        frame.WriteJsonText(context.Partition);
        frame.Write("\""u8);
        Origin.Write(ref frame, context);
        frame.Write(",\"Event\":"u8);
        var isObject = !EventWrap.IsNeeded(auditEvent.Bytes);
        frame.Write(isObject ? [] : EventWrap.Start);
        frame.Write(auditEvent.Bytes);
        frame.Write(isObject ? "}"u8 : "}}"u8);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context) => body.Write("]"u8);
}
