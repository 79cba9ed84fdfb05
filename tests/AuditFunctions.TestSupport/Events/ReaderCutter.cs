using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AuditFunctions.Events;

namespace AuditFunctions.Tests.Events;

/// <summary>
/// The plain version of <see cref="PageCutter"/>: Utf8JsonReader finds the events and refuses what is no JSON, JsonDocument finds the
/// fields. Slow, and short enough to be believed. It takes the same paths, but reads them for itself.
/// </summary>
internal sealed class ReaderCutter
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 4096 };
    private readonly byte[] _page;
    private readonly string[] _path;
    private readonly List<EventSlice> _events = [];

    private ReaderCutter(byte[] page, string[] path)
    {
        _page = page;
        _path = path;
    }

    public bool Bad { get; private set; }

    public bool EventsFound { get; private set; }

    public IReadOnlyList<EventSlice> Events => _events;

    /// <summary>Cuts one JSON page. The path to the events is a chain of names.</summary>
    public static ReaderCutter Cut(byte[] page, params string[] path)
    {
        var cutter = new ReaderCutter(page, path);
        cutter.Read(page.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
        return cutter;
    }

    /// <summary>Cuts JSON lines, each as a page of its own.</summary>
    public static ReaderCutter CutLines(byte[] page)
    {
        var all = new ReaderCutter(page, []) { EventsFound = true };
        int start = page.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        foreach (string line in Encoding.Latin1.GetString(page, start, page.Length - start).Split('\n'))
        {
            string value = line.Trim(' ', '\t', '\r');
            if (value.Length > 0)
            {
                // As an array of one event, so that the same code reads it; the brackets must not complete what the line lacks.
                byte[] bytes = Encoding.Latin1.GetBytes(value);
                all.Bad = Cut(bytes).Bad && !IsScalar(bytes);
                if (all.Bad)
                {
                    return all;
                }

                int indent = line.Length - line.TrimStart(' ', '\t', '\r').Length;
                all._events.Add(new EventSlice(start + indent, value.Length));
            }

            start += line.Length + 1;
        }

        return all;
    }

    /// <summary>The values at some paths inside a value that stands in the page.</summary>
    public static JsonSlice[] Find(byte[] page, int start, int length, object[][] paths)
    {
        using var document = JsonDocument.Parse(page.AsMemory(start, length), new JsonDocumentOptions { MaxDepth = 4096 });
        return [.. paths.Select(path => Find(page, document.RootElement, path))];
    }

    private static JsonSlice Find(byte[] page, JsonElement root, object[] path)
    {
        JsonElement? value = root;
        foreach (object step in path)
        {
            value = step switch
            {
                string name when value?.ValueKind == JsonValueKind.Object => First(value.Value.EnumerateObject(), name),
                int index when value?.ValueKind == JsonValueKind.Array => At(value.Value, index),
                ValueTuple<string, string> match when value?.ValueKind == JsonValueKind.Array => First(value.Value, match),
                _ => null,
            };
        }

        return value is { } found ? Slice(page, found) : default;
    }

    private static JsonSlice Slice(byte[] page, JsonElement value)
    {
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(value);
        Assert.True(page.AsSpan().Overlaps(raw, out int at));
        return value.ValueKind switch
        {
            JsonValueKind.String => new JsonSlice(at + 1, raw.Length - 2, JsonKind.String),
            JsonValueKind.Object => new JsonSlice(at, raw.Length, JsonKind.Object),
            JsonValueKind.Array => new JsonSlice(at, raw.Length, JsonKind.Array),
            JsonValueKind.Number => new JsonSlice(at, raw.Length, JsonKind.Number),
            JsonValueKind.True => new JsonSlice(at, raw.Length, JsonKind.True),
            JsonValueKind.False => new JsonSlice(at, raw.Length, JsonKind.False),
            _ => new JsonSlice(at, raw.Length, JsonKind.Null),
        };
    }

    private static JsonElement? First(IEnumerable<JsonProperty> members, string name)
    {
        foreach (JsonProperty member in members)
        {
            if (Text(() => member.Name) == name)
            {
                return member.Value;
            }
        }

        return null;
    }

    private static JsonElement? First(JsonElement array, (string Name, string Text) match)
    {
        foreach (JsonElement element in array.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.Object))
        {
            JsonElement? member = First(element.EnumerateObject(), match.Name);
            bool same = member?.ValueKind switch
            {
                null or JsonValueKind.Object or JsonValueKind.Array => false,
                JsonValueKind.String => Text(() => member.Value.GetString()) == match.Text,
                _ => member.Value.GetRawText() == match.Text,
            };
            if (same)
            {
                return element;
            }
        }

        return null;
    }

    private static JsonElement? At(JsonElement array, int index)
    {
        int wanted = index < 0 ? array.GetArrayLength() + index : index;
        return wanted >= 0 && wanted < array.GetArrayLength() ? array[wanted] : null;
    }

    /// <summary>The text, or null where the framework refuses half of a surrogate pair.</summary>
    private static string? Text(Func<string?> text)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsScalar(byte[] value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            return document.RootElement.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object) && Utf8.IsValid(value);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Read(int start)
    {
        // The reader takes any bytes inside strings, so it is given those before the first that are not UTF-8.
        int valid = 0;
        while (Rune.DecodeFromUtf8(_page.AsSpan(valid), out _, out int consumed) == OperationStatus.Done)
        {
            valid += consumed;
        }

        Bad = valid < _page.Length;
        try
        {
            var reader = new Utf8JsonReader(_page.AsSpan(start, valid - start), Options);
            reader.Read();
            Descend(ref reader, 0, start);
            while (reader.Read())
            {
                Assert.Fail("A second root value was read.");
            }
        }
        catch (JsonException)
        {
            Bad = true;
        }
    }

    private void Descend(ref Utf8JsonReader reader, int step, int origin)
    {
        if (step == _path.Length)
        {
            ReadEvents(ref reader, origin);
            return;
        }

        bool seen = false;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            byte[] name = [(byte)'"', .. reader.ValueSpan, (byte)'"'];
            bool wanted = !seen && Text(() => JsonSerializer.Deserialize<string>(name)) == _path[step];
            reader.Read();
            if (wanted)
            {
                seen = true;
                Descend(ref reader, step + 1, origin);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadEvents(ref Utf8JsonReader reader, int origin)
    {
        JsonTokenType opening = reader.TokenType;
        if (opening is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            Bad |= opening != JsonTokenType.Null;
            return;
        }

        EventsFound = true;
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            if (opening == JsonTokenType.StartObject)
            {
                reader.Read();
            }

            int start = origin + (int)reader.TokenStartIndex;
            reader.Skip();
            _events.Add(new EventSlice(start, origin + (int)reader.BytesConsumed - start));
        }
    }
}
