using System.Buffers.Text;
using System.Text.Json;

namespace AuditFunctions.Sandbox;

/// <summary>Reads a HEC body, JSON objects one after another, by the rules of Splunk 10.</summary>
internal sealed class HecParser(SandboxSiemOptions options)
{
    private const int NoData = 5;
    private const int InvalidDataFormat = 6;
    private const int IncorrectIndex = 7;
    private const int EventMissing = 12;
    private const int EventBlank = 13;
    private const int IndexedFields = 15;
    private readonly EventReader _events = new(options.IdFields);

    /// <summary>Reads the events, up to the first one that is not as it should be.</summary>
    public ParsedBody Read(ReadOnlySpan<byte> body)
    {
        var parsed = new ParsedBody();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    parsed.Code = InvalidDataFormat;
                    return parsed;
                }

                parsed.Code = ReadEnvelope(ref reader, body, out var found);
                if (parsed.Code != 0)
                {
                    return parsed;
                }

                parsed.Events.Add(found);
            }
        }
        catch (JsonException)
        {
            parsed.Code = body.IndexOfAnyExcept(" \t\r\n"u8) < 0 ? NoData : InvalidDataFormat;
        }

        return parsed;
    }

    private int ReadEnvelope(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, out ParsedEvent found)
    {
        found = default;
        ParsedEvent? read = null;
        long? time = null;
        var (eventCode, fieldsCode, indexCode, hasFields) = (EventMissing, 0, 0, false);
        var start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("event"u8))
            {
                reader.Read();
                (eventCode, read) = ReadEvent(ref reader, body);
            }
            else if (reader.ValueTextEquals("time"u8))
            {
                reader.Read();
                fieldsCode = ReadTime(ref reader, out time) ? fieldsCode : IndexedFields;
            }
            else if (reader.ValueTextEquals("fields"u8))
            {
                reader.Read();
                hasFields = true;
                fieldsCode = ReadFields(ref reader) ? fieldsCode : IndexedFields;
            }
            else
            {
                var isIndex = reader.ValueTextEquals("index"u8);
                reader.Read();
                indexCode = isIndex && !IsAllowedIndex(ref reader) ? IncorrectIndex : indexCode;
                reader.Skip();
            }
        }

        if (eventCode == EventMissing && hasFields)
        {
            var length = (int)reader.BytesConsumed - start;
            read = new ParsedEvent(start, length, EventKey.OfContent(body.Slice(start, length), out var name), name, TimeMicros: null);
            eventCode = 0;
        }

        found = read.GetValueOrDefault() with { TimeMicros = time };
        return eventCode != 0 ? eventCode : fieldsCode != 0 ? fieldsCode : indexCode;
    }

    private (int Code, ParsedEvent? Event) ReadEvent(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var kind = reader.TokenType;
        var isBlank = kind == JsonTokenType.Null || (kind == JsonTokenType.String && string.IsNullOrWhiteSpace(reader.GetString()));
        var read = _events.Read(ref reader, body);
        var value = body.Slice(read.Start, read.Length);
        var isEmpty = kind is (JsonTokenType.StartObject or JsonTokenType.StartArray)
            && value[1..^1].IndexOfAnyExcept(" \t\r\n"u8) < 0;
        return kind is (JsonTokenType.True or JsonTokenType.False) ? (InvalidDataFormat, null)
            : isBlank || isEmpty ? (EventBlank, null)
            : (0, read);
    }

    // A plain decimal number, also as a string: an exponent is refused, as Splunk 10 does.
    private static bool ReadTime(ref Utf8JsonReader reader, out long? micros)
    {
        micros = null;
        var isScalar = reader.TokenType is (JsonTokenType.Number or JsonTokenType.String);
        if (isScalar && Utf8Parser.TryParse(reader.ValueSpan, out decimal seconds, out var consumed)
            && consumed == reader.ValueSpan.Length && !reader.ValueSpan.ContainsAny((byte)'e', (byte)'E')
            && Math.Abs(seconds) < 1e12m)
        {
            micros = (long)(seconds * 1_000_000);
            return true;
        }

        reader.Skip();
        return false;
    }

    private static bool ReadFields(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var good = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    good &= reader.TokenType == JsonTokenType.String;
                    reader.Skip();
                }
            }
            else
            {
                good &= reader.TokenType == JsonTokenType.String;
                reader.Skip();
            }
        }

        return good;
    }

    private bool IsAllowedIndex(ref Utf8JsonReader reader) => options.Indexes is not { } indexes
        || (reader.TokenType == JsonTokenType.String && indexes.Contains(reader.GetString() ?? "", StringComparer.Ordinal));
}
