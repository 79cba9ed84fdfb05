using System.Net.Http.Headers;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Paging;

/// <summary>What a paging kind and a stop condition may look at.</summary>
/// <param name="Body">The page's bytes.</param>
/// <param name="Cut">What was found in it.</param>
/// <param name="Headers">The response's headers.</param>
/// <param name="Url">The URL that was asked for.</param>
/// <param name="Cursor">The cursor that was asked with; null on the first page.</param>
/// <param name="PageSize">How many events were asked for.</param>
public sealed record PageView(
    ReadOnlyMemory<byte> Body,
    CutPage Cut,
    HttpResponseHeaders Headers,
    Uri Url,
    string? Cursor,
    int PageSize)
{
    /// <summary>A page field as text; null when it is missing, null or an empty text.</summary>
    public string? FieldText(int field)
    {
        var slice = Cut.PageField(field);
        if (slice.Kind is JsonKind.Missing or JsonKind.Null)
        {
            return null;
        }

        var text = JsonText.Unescape(Body.Span, slice);
        return text.Length == 0 ? null : text;
    }

    /// <summary>A response header's first value, or null.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
