using System.Buffers;

namespace AuditFunctions.Destinations.Otlp;

/// <summary>Events as log records of OTLP/HTTP in JSON ("OTLP Specification 1", opentelemetry.io, read 2026-11-21). The event is the record's body, as text.</summary>
internal sealed class OtlpJsonFormat(string serviceName, int maxBodyBytes, int maxEvents) : IBodyFormat
{
    /// <summary>The framing's name.</summary>
    public const string KindName = "otlp-json/1";

    /// <summary>Where events stand.</summary>
    public static FrameLayout Layout { get; } = new JsonFrames
    {
        Order = FrameOrder.Elements,
        Array = new JsonPlace("resourceLogs.0.scopeLogs.0.logRecords"),
        Event = new JsonPlace("body.stringValue"),
        Encoding = EventEncoding.Text,
        Id = new JsonPlace("attributes.0.value.stringValue"),
        Time = new JsonPlace("timeUnixNano"),
        TimeForm = FrameTime.Nanoseconds,
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
        var frame = new FrameWriter(body.GetSpan(640 + (6 * serviceName.Length) + OriginMembers.TextBytes(context) + (6 * (context.Source.Length + context.Partition.Length))));
        frame.Write("{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\""u8);
        frame.WriteJsonText(serviceName);
        frame.Write("\"}},{\"key\":\"audit.source\",\"value\":{\"stringValue\":\""u8);
        frame.WriteText(context.Source);
        frame.Write("\"}},{\"key\":\"audit.partition\",\"value\":{\"stringValue\":\""u8);
        frame.WriteJsonText(context.Partition);
        WriteAttribute(ref frame, "\"}},{\"key\":\"audit.template\",\"value\":{\"stringValue\":\""u8, context.Template);
        WriteAttribute(ref frame, "\"}},{\"key\":\"audit.vendor\",\"value\":{\"stringValue\":\""u8, context.Vendor);
        frame.Write("\"}}]},\"scopeLogs\":[{\"scope\":{\"name\":\"auditfunctions\"},\"logRecords\":["u8);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        var frame = new FrameWriter(body.GetSpan(384 + auditEvent.Id.Length + FrameWriter.JsonTextBytes(auditEvent.Bytes)));
        frame.Write(first ? "{"u8 : ",{"u8);
        WriteTime(ref frame, "\"timeUnixNano\":\""u8, auditEvent.Time);
        WriteTime(ref frame, "\"observedTimeUnixNano\":\""u8, context.FetchedAt);
        frame.Write("\"severityNumber\":9,\"severityText\":\"INFO\",\"attributes\":[{\"key\":\"event.id\",\"value\":{\"stringValue\":\""u8);
        frame.Write(auditEvent.Id);
        frame.Write("\"}}],\"body\":{\"stringValue\":\""u8);
        frame.WriteJsonText(auditEvent.Bytes);
        frame.Write("\"}}"u8);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context) => body.Write("]}]}]}"u8);

    private static void WriteTime(ref FrameWriter frame, ReadOnlySpan<byte> before, DateTimeOffset? time)
    {
        if (time is { } known && OtlpTime.Of(known) is { } nanoseconds)
        {
            frame.Write(before);
            frame.WriteNumber(nanoseconds);
            frame.Write("\","u8);
        }
    }

    private static void WriteAttribute(ref FrameWriter frame, ReadOnlySpan<byte> before, string? value)
    {
        if (value is not null)
        {
            frame.Write(before);
            frame.WriteJsonText(value);
        }
    }
}
