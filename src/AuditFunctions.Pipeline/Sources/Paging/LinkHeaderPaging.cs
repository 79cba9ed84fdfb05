namespace AuditFunctions.Pipeline.Sources.Paging;

/// <summary>
/// The Link response header names the next page's URL (RFC 8288): several headers or one with commas, <c>rel="next"</c> with or
/// without quotes and other parameters.
/// </summary>
/// <param name="rel">The relation to follow, usually <c>next</c>.</param>
public sealed class LinkHeaderPaging(string rel) : IPagingKind
{
    /// <inheritdoc/>
    public bool CursorIsUrl => true;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) =>
        page.Headers.TryGetValues("Link", out var values) ? values.Select(Find).FirstOrDefault(url => url is not null) : null;

    /// <inheritdoc/>
    public long? Position(string? cursor) => null;

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

            var end = EndOfLink(value, close + 1);
            if (HasRelation(value.AsSpan(close + 1, end - close - 1)))
            {
                return value[(open + 1)..close].Trim();
            }

            at = end + 1;
        }

        return null;
    }

    // The comma that ends a link, outside of quoted parameters.
    private static int EndOfLink(string value, int from)
    {
        var quoted = false;
        for (var at = from; at < value.Length; at++)
        {
            if (value[at] == '"')
            {
                quoted = !quoted;
            }
            else if (value[at] == ',' && !quoted)
            {
                return at;
            }
        }

        return value.Length;
    }

    private bool HasRelation(ReadOnlySpan<char> parameters)
    {
        foreach (var range in parameters.Split(';'))
        {
            var parameter = parameters[range].Trim();
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
