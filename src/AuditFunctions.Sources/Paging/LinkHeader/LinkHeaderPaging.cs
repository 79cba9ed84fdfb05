namespace AuditFunctions.Sources.Paging.LinkHeader;

/// <summary>
/// The Link response header names the next page's URL (RFC 8288): several headers or one with commas, <c>rel="next"</c> with or
/// without quotes and other parameters.
/// </summary>
/// <param name="rel">The relation to follow, usually <c>next</c>.</param>
internal sealed class LinkHeaderPaging(string rel) : IPagingKind
{
    private const string HeaderName = "Link";

    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "link-header",
        "`link-header` | `rel` (default `next`) | The URL of that relation in the `Link` response header (RFC 8288).",
        (reader, _, _) => new LinkHeaderPaging(reader.Text("rel") ?? "next"));

    /// <inheritdoc/>
    public bool CursorIsUrl => true;

    /// <inheritdoc/>
    public string? NextPath => HeaderName;

    // GitHub leaves the header out when there is one page only, others on each last page.
    /// <inheritdoc/>
    public bool IsSilentOnLastPage => true;

    /// <inheritdoc/>
    public bool HasNext(PageView page) => page.Header(HeaderName) is not null;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) =>
        page.Response.Headers.TryGetValues(HeaderName, out var values) ? values.Select(Find).FirstOrDefault(url => url is not null) : null;

    /// <summary>Finds the URL in one header value; null when the relation is not in it or the value is malformed there.</summary>
    internal string? Find(string value)
    {
        var at = 0;
        while (at < value.Length)
        {
            var open = value.IndexOf('<', at);
            var close = open < 0 ? -1 : value.IndexOf('>', open);
            if (close < 0)
            {
                return null;
            }

            var end = close + 1 + EndOf(value.AsSpan(close + 1), ',');
            if (HasRelation(value.AsSpan(close + 1, end - close - 1)))
            {
                return value[(open + 1)..close].Trim();
            }

            at = end + 1;
        }

        return null;
    }

    // The next separator outside of quoted parameters, or the end.
    private static int EndOf(ReadOnlySpan<char> text, char separator)
    {
        var quoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && quoted)
            {
                at++;
            }
            else if (text[at] == '"')
            {
                quoted = !quoted;
            }
            else if (text[at] == separator && !quoted)
            {
                return at;
            }
        }

        return text.Length;
    }

    private bool HasRelation(ReadOnlySpan<char> parameters)
    {
        while (parameters.Length > 0)
        {
            var end = EndOf(parameters, ';');
            var parameter = parameters[..end].Trim();
            parameters = parameters[Math.Min(end + 1, parameters.Length)..];
            var equals = parameter.IndexOf('=');
            if (equals > 0 && parameter[..equals].Trim().Equals("rel", StringComparison.OrdinalIgnoreCase))
            {
                var relations = parameter[(equals + 1)..].Trim().Trim('"');
                foreach (var relation in relations.Split(' '))
                {
                    if (relations[relation].Equals(rel, StringComparison.OrdinalIgnoreCase))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }
}
