using System.Text;
using System.Text.Unicode;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Answers;

/// <summary>
/// A value inside JSON that was checked before. It is read where it stands: a parsed document takes memory for each value, which is many times a text of
/// nothing but small numbers. Where a name stands twice in an object, the first one is meant.
/// </summary>
/// <param name="Json">All of the JSON.</param>
/// <param name="Start">Where the value starts.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct JsonPart(ReadOnlyMemory<byte> Json, int Start, int End)
{
    /// <summary>The whole of some JSON.</summary>
    public static JsonPart Root(ReadOnlyMemory<byte> json)
    {
        var start = JsonExtent.SkipSpace(json.Span, 0);
        return new JsonPart(json, start, JsonExtent.EndOf(json.Span, start));
    }

    /// <summary>Its bytes, as they came.</summary>
    public ReadOnlySpan<byte> Raw => Json.Span[Start..End];

    /// <summary>Whether it is an array.</summary>
    public bool IsArray => Json.Span[Start] == '[';

    /// <summary>Whether it is an object.</summary>
    public bool IsObject => Json.Span[Start] == '{';

    /// <summary>Whether it is a text.</summary>
    public bool IsText => Json.Span[Start] == '"';

    /// <summary>Whether it is <c>null</c>.</summary>
    public bool IsNull => Json.Span[Start] == 'n';

    /// <summary>Its first element; null when it has none.</summary>
    public JsonPart? First
    {
        get
        {
            var elements = Elements();
            return IsArray && elements.Next() ? At(elements) : null;
        }
    }

    /// <summary>The elements of an array.</summary>
    public JsonElements Elements() => new(Json.Span, Start);

    /// <summary>The element that was reached.</summary>
    public JsonPart At(in JsonElements elements) => new(Json, elements.Start, elements.End);

    /// <summary>The text of a text, everything else as it is written; null for a text that is not valid.</summary>
    public string? AsText()
    {
        if (!IsText)
        {
            return Encoding.UTF8.GetString(Raw);
        }

        var bytes = new byte[Raw.Length];
        var text = bytes.AsSpan(0, JsonText.UnescapeTo(Raw[1..^1], bytes));
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : null;
    }

    /// <summary>The value at a path inside; null when nothing stands there.</summary>
    public JsonPart? Follow(JsonPath path)
    {
        var found = JsonSlice.Of(Json.Span, Start, End);
        PathResolver.Resolve(Json.Span, path.Steps, ref found);
        var quote = found.Kind == JsonKind.String ? 1 : 0;
        return found.Kind == JsonKind.Missing ? null : new JsonPart(Json, found.Start - quote, found.Start + found.Length + quote);
    }
}
