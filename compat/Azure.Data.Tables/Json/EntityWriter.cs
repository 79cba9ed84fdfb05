using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Azure.Data.Tables.Json;

/// <summary>
/// Writes an entity as the service takes it: a type that JSON lacks is annotated before its value; nulls, the timestamp and the ETag
/// are left out. https://learn.microsoft.com/rest/api/storageservices/payload-format-for-table-service-operations
/// </summary>
internal static class EntityWriter
{
    // Not HTML: quotes and letters of any script go as they are.
    private static JsonWriterOptions Options { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(IBufferWriter<byte> buffer, TableEntity entity)
    {
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        foreach (var (name, value) in entity.Values)
        {
            if (value is not null && name is not (nameof(TableEntity.Timestamp) or TableEntity.ETagName))
            {
                WriteProperty(writer, name, value);
            }
        }
        writer.WriteEndObject();
    }

    public static void WriteTableName(IBufferWriter<byte> buffer, string tableName)
    {
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WriteString("TableName"u8, tableName);
        writer.WriteEndObject();
    }

    /// <summary>Enough for the entity's JSON in most cases, so that the buffer seldom grows.</summary>
    public static int SizeHint(TableEntity entity)
    {
        var size = 256;
        foreach (var (name, value) in entity.Values)
        {
            size += (2 * name.Length) + 64 + value switch
            {
                string text => text.Length,
                byte[] bytes => bytes.Length / 3 * 4,
                BinaryData data => data.ToMemory().Length / 3 * 4,
                _ => 0,
            };
        }
        return size;
    }

    private static void WriteProperty(Utf8JsonWriter writer, string name, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteString(name, text);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case long number:
                WriteType(writer, name, "Edm.Int64"u8);
                writer.WritePropertyName(name);
                WriteFormatted(writer, number, default);
                break;
            case double number:
                WriteDouble(writer, name, number);
                break;
            case Guid guid:
                WriteType(writer, name, "Edm.Guid"u8);
                writer.WriteString(name, guid);
                break;
            case DateTimeOffset instant:
                WriteInstant(writer, name, instant.UtcDateTime);
                break;
            case DateTime time:
                WriteInstant(writer, name, Utc.Of(time));
                break;
            case byte[] bytes:
                WriteBinary(writer, name, bytes);
                break;
            case BinaryData data:
                WriteBinary(writer, name, data.ToMemory().Span);
                break;
            default:
                throw new NotSupportedException($"Property '{name}' is of type {value.GetType()}, which a table does not hold.");
        }
    }

    /// <summary>Always annotated: a whole number without a fraction would be taken for an integer.</summary>
    private static void WriteDouble(Utf8JsonWriter writer, string name, double value)
    {
        WriteType(writer, name, "Edm.Double"u8);
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteString(name, double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
        }
    }

    private static void WriteInstant(Utf8JsonWriter writer, string name, DateTime utc)
    {
        WriteType(writer, name, "Edm.DateTime"u8);
        writer.WritePropertyName(name);
        WriteFormatted(writer, utc, "O"); // seven digits of fraction, and Z
    }

    private static void WriteBinary(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> value)
    {
        WriteType(writer, name, "Edm.Binary"u8);
        writer.WriteBase64String(name, value);
    }

    private static void WriteFormatted<T>(Utf8JsonWriter writer, T value, ReadOnlySpan<char> format) where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[40];
        value.TryFormat(text, out var length, format, null);
        writer.WriteStringValue(text[..length]);
    }

    private static void WriteType(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> type) =>
        writer.WriteString($"{name}@odata.type", type);
}
