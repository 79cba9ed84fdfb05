using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources.Expansion;

/// <summary>Asks for the link to an item's events, where its answer is one.</summary>
internal static class ItemLinks
{
    /// <summary>The path under which the link is a value of the item, for the request that follows it.</summary>
    public const string Path = "link";

    /// <summary>Asks for it.</summary>
    /// <param name="vendor">Answers the request.</param>
    /// <param name="links">The source whose only page is the link.</param>
    /// <param name="query">The item.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The query for what is behind the link, or what the vendor answered instead of one.</returns>
    public static async Task<(PageQuery? Query, PageResult? Failure)> AskAsync(IPageSource vendor, SourceDefinition links, PageQuery query, CancellationToken cancellationToken)
    {
        var result = await vendor.GetPageAsync(links, query with { Turn = null }, cancellationToken);
        if (result is not PageResult.Page page)
        {
            // What is kept of an unreadable page are events, and there are none. A link may be as good as a credential.
            (result as PageResult.Failed)?.Broken?.Dispose();
            return (null, result is PageResult.Failed failed ? failed with { Broken = null } : result);
        }

        using (page.Content)
        {
            var cut = page.Content.Cut;
            var link = cut.Count == 1 && cut.Quarantined.Count == 0 ? LinkIn(page.Content.Bytes.Span, cut.EventField(0, 0)) : "";
            return link.Length > 0
                ? (query with { Item = new Dictionary<string, string>(StringComparer.Ordinal) { [Path] = link } }, null)
                : (null, new PageResult.Failed(0, "the answer holds no link to its events; check 'expand.link' in the definition"));
        }
    }

    // A text may stand there as JSON, with its quotes.
    private static string LinkIn(ReadOnlySpan<byte> page, JsonSlice slice)
    {
        var link = slice.Kind == JsonKind.String ? JsonText.Unescape(page, slice).Trim().Trim('"') : "";

        // Words are no path on the source's host.
        return link.Any(char.IsWhiteSpace) ? "" : link;
    }
}
