using System.Text.Json;

namespace AuditFunctions.Sandbox;

/// <summary>Reads a body of the Logs Ingestion API, a JSON array of rows, and does to its values what the service does.</summary>
internal sealed class LogsParser(SandboxSiemOptions options)
{
    /// <summary>Longest value of a column, in bytes; the rest of a longer one is cut off without a word.</summary>
    public const int MaxValueBytes = 64 * 1024;

    private readonly EventReader _events = new(options.IdFields);
    private readonly HashSet<string> _columns = new(options.LogsColumns, StringComparer.Ordinal);

    /// <summary>Reads the rows; anything but an array of objects makes the whole body bad.</summary>
    /// <param name="body">The body.</param>
    /// <param name="dropped">Takes the names of columns that the stream does not declare.</param>
    public ParsedBody Read(ReadOnlySpan<byte> body, Action<string> dropped)
    {
        var parsed = new ParsedBody();
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            var isRows = reader.TokenType == JsonTokenType.StartArray;
            while (isRows && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                isRows = reader.TokenType == JsonTokenType.StartObject;
                if (isRows)
                {
                    parsed.Events.Add(ReadRow(ref reader, body, dropped));
                }
            }

            if (isRows && !reader.Read())
            {
                return parsed;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        parsed.Events.Clear();
        parsed.Code = 400;
        return parsed;
    }

    private ParsedEvent ReadRow(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Action<string> dropped)
    {
        var start = (int)reader.TokenStartIndex;
        ParsedEvent? found = null;
        DateTimeOffset? time = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!_columns.Contains(name))
            {
                dropped(name);
                reader.Skip();
            }
            else if (name == "Event")
            {
                var read = _events.Read(ref reader, body);
                found = read with { Length = Math.Min(read.Length, MaxValueBytes) };
            }
            else if (name == "TimeGenerated" && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var instant))
            {
                time = instant;
            }
            else
            {
                reader.Skip();
            }
        }

        if (found is null)
        {
            var length = (int)reader.BytesConsumed - start;
            found = new ParsedEvent(start, length, EventKey.OfContent(body.Slice(start, length), out var content), content, TimeMicros: null);
        }

        return found.Value with { TimeMicros = (Generated(time) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond };
    }

    // Too old or too far ahead: the time of arrival takes its place.
    private DateTimeOffset Generated(DateTimeOffset? time)
    {
        var now = options.Time.GetUtcNow();
        return time is { } instant && instant >= now.AddDays(-2) && instant <= now.AddDays(1) ? instant : now;
    }
}
