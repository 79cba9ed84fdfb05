using System.Text;
using System.Text.Json;

namespace AuditFunctions.Sandbox;

/// <summary>An event found in a body.</summary>
/// <param name="Start">Offset of the event's value in the body.</param>
/// <param name="Length">Length of the event's value.</param>
/// <param name="Key">See <see cref="EventKey"/>.</param>
/// <param name="Name">The id when the key is only its hash.</param>
/// <param name="TimeMicros">The envelope's time in microseconds since 1970, or null.</param>
internal readonly record struct ParsedEvent(int Start, int Length, Guid Key, string? Name, long? TimeMicros);

/// <summary>Reads an event's place and id.</summary>
/// <param name="idFields">Top-level members that may hold the id; the first one in the event wins.</param>
internal sealed class EventReader(IReadOnlyList<string> idFields)
{
    private readonly byte[][] _idFields = [.. idFields.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Reads the value at which the reader stands, to its end.</summary>
    public ParsedEvent Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var start = (int)reader.TokenStartIndex;
        Guid? key = null;
        string? name = null;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = key is null && IsId(ref reader);
                reader.Read();
                if (isId && reader.TokenType is (JsonTokenType.String or JsonTokenType.Number))
                {
                    key = EventKey.Of(reader.ValueSpan, out name);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        else
        {
            reader.Skip();
        }

        var length = (int)reader.BytesConsumed - start;
        var found = key ?? EventKey.OfContent(body.Slice(start, length), out name);
        return new ParsedEvent(start, length, found, name, TimeMicros: null);
    }

    private bool IsId(ref Utf8JsonReader reader)
    {
        foreach (var field in _idFields)
        {
            if (reader.ValueSpan.SequenceEqual(field))
            {
                return true;
            }
        }

        return false;
    }
}
