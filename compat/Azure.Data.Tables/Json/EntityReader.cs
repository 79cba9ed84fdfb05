using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables.Json;

/// <summary>Reads entities. An annotation stands right before its value, as the OData JSON format demands.</summary>
internal static class EntityReader
{
    public static TableEntity Read(Response response)
    {
        var reader = new Utf8JsonReader(response.Content.ToMemory().Span);
        reader.Read();
        var entity = ReadEntity(ref reader);
        if (entity.ETag == default && response.Headers.ETag is { } etag)
        {
            entity.ETag = etag;
        }
        return entity;
    }

    /// <summary>The entities of <c>{"value":[...]}</c>.</summary>
    public static List<T> ReadPage<T>(Response response) where T : class, ITableEntity
    {
        var entities = new List<T>();
        var reader = new Utf8JsonReader(response.Content.ToMemory().Span);
        ReadValueArray(ref reader, (ref reader) => entities.Add((T)(object)ReadEntity(ref reader)));
        return entities;
    }

    /// <summary>The names in <c>{"value":[{"TableName":"..."}]}</c>.</summary>
    public static List<string> ReadTableNames(Response response)
    {
        var names = new List<string>();
        var reader = new Utf8JsonReader(response.Content.ToMemory().Span);
        ReadValueArray(ref reader, (ref reader) =>
        {
            if (ReadEntity(ref reader).GetString("TableName") is { } name)
            {
                names.Add(name);
            }
        });
        return names;
    }

    private delegate void ReadElement(ref Utf8JsonReader reader);

    private static void ReadValueArray(ref Utf8JsonReader reader, ReadElement readElement)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isValue = reader.ValueTextEquals("value"u8);
            reader.Read();
            if (!isValue)
            {
                reader.Skip();
                continue;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                readElement(ref reader);
            }
        }
    }

    private static TableEntity ReadEntity(ref Utf8JsonReader reader)
    {
        const string annotation = "@odata.type";
        var entity = new TableEntity();
        string? type = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString() ?? "";
            reader.Read();
            if (name.EndsWith(annotation, StringComparison.Ordinal))
            {
                type = reader.GetString();
                continue;
            }
            if (name.StartsWith("odata.", StringComparison.Ordinal) && name != TableEntity.ETagName)
            {
                reader.Skip();
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                entity[name] = ReadValue(ref reader, name == nameof(TableEntity.Timestamp) ? "Edm.DateTime" : type);
            }
            type = null;
        }
        return entity;
    }

    private static object ReadValue(ref Utf8JsonReader reader, string? type) => type switch
    {
        "Edm.Int64" => long.Parse(reader.GetString() ?? "", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        "Edm.DateTime" => ReadInstant(ref reader),
        "Edm.Binary" => reader.GetBytesFromBase64(),
        "Edm.Guid" => reader.GetGuid(),
        "Edm.Double" => reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : ReadNamedDouble(reader.GetString()),
        _ => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Number => ReadNumber(ref reader),
            _ => reader.GetString() ?? "",
        },
    };

    /// <summary>Without an annotation, a fraction or an exponent makes a number a double, as in <c>1.0</c>.</summary>
    private static object ReadNumber(ref Utf8JsonReader reader) =>
        Utf8Parser.TryParse(reader.ValueSpan, out int number, out var length) && length == reader.ValueSpan.Length
            ? (object)number // without the cast it would become a double
            : reader.GetDouble();

    private static double ReadNamedDouble(string? text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.Parse(text ?? "", NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    /// <summary>The service writes UTC, with or without the Z.</summary>
    private static DateTimeOffset ReadInstant(ref Utf8JsonReader reader)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return reader.ValueSpan.EndsWith("Z"u8) && reader.TryGetDateTimeOffset(out var instant)
            ? instant
            : DateTimeOffset.Parse(reader.GetString() ?? "", CultureInfo.InvariantCulture, utc);
    }
}
