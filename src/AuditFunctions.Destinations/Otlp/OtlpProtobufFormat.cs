using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations.Otlp;

/// <summary>
/// Events as log records of OTLP/HTTP in protobuf (opentelemetry-proto, <c>logs/v1/logs.proto</c>, read 2026-11-21): one ResourceLogs with one ScopeLogs, whose lengths
/// are set when the body is complete. The event is the record's body, as text.
/// </summary>
internal sealed class OtlpProtobufFormat(string serviceName, int maxBodyBytes, int maxEvents) : IBodyFormat
{
    /// <summary>The framing's name.</summary>
    public const string KindName = "otlp-protobuf/1";

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public int MaxBodyBytes => maxBodyBytes;

    /// <inheritdoc/>
    public int MaxEvents => maxEvents;

    /// <inheritdoc/>
    public void WriteStart(IBufferWriter<byte> body, in BodyContext context)
    {
        byte[] resource =
        [
            .. Attribute("service.name", serviceName), .. Attribute("audit.source", context.Source), .. Attribute("audit.partition", context.Partition),
            .. Attribute("audit.template", context.Template), .. Attribute("audit.vendor", context.Vendor),
        ];
        byte[] start =
        [
            0x0A, .. OtlpProtobufFrames.NoLength, 0x0A, .. Varint(resource.Length), .. resource,
            0x12, .. OtlpProtobufFrames.NoLength, 0x0A, 0x10, 0x0A, 0x0E, .. "auditfunctions"u8,
        ];
        body.Write<byte>(start);
    }

    /// <inheritdoc/>
    public void WriteEvent(IBufferWriter<byte> body, in BodyContext context, in EventView auditEvent, bool first)
    {
        var text = auditEvent.Bytes.Length;
        var any = 1 + Size(text) + text;
        var key = "event.id"u8;
        var idAny = 1 + Size(auditEvent.Id.Length) + auditEvent.Id.Length;
        var attribute = 2 + key.Length + 1 + Size(idAny) + idAny;
        var nanoseconds = auditEvent.Time is { } time ? OtlpTime.Of(time) : null;
        var observed = context.FetchedAt is { } fetchedAt ? OtlpTime.Of(fetchedAt) : null;
        var record = (nanoseconds is null ? 0 : 9) + (observed is null ? 0 : 9) + 2 + 6 + 1 + Size(any) + any + 1 + Size(attribute) + attribute;
        var frame = new FrameWriter(body.GetSpan(record + 16));
        frame.WriteTag(0x12, record);
        WriteTime(ref frame, 0x09, nanoseconds);
        WriteTime(ref frame, 0x59, observed);

        // severity_number 9, severity_text "INFO"
        frame.Write("\u0010\u0009\u001A\u0004INFO"u8);
        frame.WriteTag(0x2A, any);
        frame.WriteTag(0x0A, text);
        frame.Write(auditEvent.Bytes);
        frame.WriteTag(0x32, attribute);
        frame.WriteTag(0x0A, key.Length);
        frame.Write(key);
        frame.WriteTag(0x12, idAny);
        frame.WriteTag(0x0A, auditEvent.Id.Length);
        frame.Write(auditEvent.Id);
        body.Advance(frame.Length);
    }

    /// <inheritdoc/>
    public void WriteEnd(IBufferWriter<byte> body, in BodyContext context)
    {
    }

    /// <inheritdoc/>
    public void Complete(PooledBytes body) => OtlpProtobufFrames.Layout.Complete(body);

    // time_unix_nano = 1, observed_time_unix_nano = 11, both fixed64
    private static void WriteTime(ref FrameWriter frame, byte tag, long? nanoseconds)
    {
        if (nanoseconds is { } known)
        {
            Span<byte> field = stackalloc byte[9];
            field[0] = tag;
            BinaryPrimitives.WriteInt64LittleEndian(field[1..], known);
            frame.Write(field);
        }
    }

    private static int Size(int length)
    {
        var size = 1;
        for (; length >= 0x80; length >>= 7)
        {
            size++;
        }

        return size;
    }

    private static byte[] Varint(int value)
    {
        Span<byte> bytes = stackalloc byte[5];
        var writer = new FrameWriter(bytes);
        writer.WriteVarint(value);
        return bytes[..writer.Length].ToArray();
    }

    // attributes = 1 { key = 1, value = 2 { string_value = 1 } }
    private static byte[] Attribute(string key, string? value)
    {
        if (value is null)
        {
            return [];
        }

        var text = Encoding.UTF8.GetBytes(value);
        byte[] any = [0x0A, .. Varint(text.Length), .. text];
        byte[] pair = [0x0A, .. Varint(key.Length), .. Encoding.ASCII.GetBytes(key), 0x12, .. Varint(any.Length), .. any];
        return [0x0A, .. Varint(pair.Length), .. pair];
    }
}
