using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Parse;

/// <summary>A query string, or an address with one: <c>?a=1&amp;b=x%20y</c>. A name that stands twice stands twice in the object.</summary>
internal sealed class QueryForm : ITextForm
{
    /// <inheritdoc/>
    public string? Write(string text, PooledBytes into)
    {
        var start = text.IndexOf('?', StringComparison.Ordinal) + 1;
        var end = text.IndexOf('#', start);
        var query = text.AsSpan(start..(end < 0 ? text.Length : end));
        into.Write("{"u8);
        var count = 0;
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            var assign = pair.IndexOf('=');
            into.Write(count++ > 0 ? ","u8 : ""u8);
            into.WriteText(Decoded(assign < 0 ? pair : pair[..assign]));
            into.Write(":"u8);
            into.WriteText(assign < 0 ? "" : Decoded(pair[(assign + 1)..]));
        }

        into.Write("}"u8);
        return null;
    }

    private static string Decoded(ReadOnlySpan<char> text) => Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
}
