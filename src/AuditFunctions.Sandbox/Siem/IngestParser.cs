using System.Text.Json;

namespace AuditFunctions.Sandbox;

/// <summary>Reads a generic body: a JSON array, JSON values one after another, or an object with an array of events.</summary>
internal sealed class IngestParser(SandboxSiemOptions options)
{
    private readonly EventReader _events = new(options.IdFields);

    /// <summary>Reads all events; an error anywhere makes the whole body bad.</summary>
    public ParsedBody Read(ReadOnlySpan<byte> body, string contentType)
    {
        var parsed = new ParsedBody();
        try
        {
            var isLines = contentType.Contains("ndjson", StringComparison.OrdinalIgnoreCase)
                || contentType.Contains("jsonl", StringComparison.OrdinalIgnoreCase);
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
            if (!isLines && TryEnterArray(body, ref reader))
            {
                ReadArray(ref reader, body, parsed);
                return parsed;
            }

            reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read())
            {
                parsed.Events.Add(_events.Read(ref reader, body));
            }
        }
        catch (JsonException)
        {
            parsed.Events.Clear();
            parsed.Code = 6;
        }

        return parsed;
    }

    private static bool TryEnterArray(ReadOnlySpan<byte> body, ref Utf8JsonReader reader)
    {
        var start = body.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
        {
            return false;
        }

        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return true;
        }

        while (reader.TokenType is (JsonTokenType.StartObject or JsonTokenType.PropertyName) || reader.CurrentDepth > 0)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            {
                return false;
            }

            var isEvents = reader.ValueTextEquals("events"u8) || reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("records"u8);
            reader.Read();
            if (isEvents && reader.TokenType == JsonTokenType.StartArray)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private void ReadArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ParsedBody parsed)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            parsed.Events.Add(_events.Read(ref reader, body));
        }

        while (reader.Read())
        {
            reader.Skip(); // the rest must be JSON too
        }
    }
}
