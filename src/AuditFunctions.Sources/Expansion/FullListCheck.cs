using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources.Expansion;

/// <summary>
/// Asks for a page of a list. As with events, a full one without a word of a next page is asked for again, with one item less where that is possible:
/// what names the next page may stand elsewhere than the template says, or have been lost on the way.
/// </summary>
internal static class FullListCheck
{
    /// <summary>Asks for it.</summary>
    public static async Task<PageResult> AskAsync(IPageSource vendor, SourceDefinition list, PageQuery query, CancellationToken cancellationToken)
    {
        var result = await vendor.GetPageAsync(list, query, cancellationToken);
        if (result is not PageResult.Page { End.FullPage: { } full, Content: var content })
        {
            return result;
        }

        var keys = new PageKeys(content, list.Reading);
        content.Dispose();
        var size = query.PageSize ?? list.Timing.PageSize;
        var other = list.AsksForSize && full > 1 && full <= size && (query.Cursor is null || !list.Paging.Kind.FixesPageSize) ? full - 1 : size;
        var again = keys.Confirm(await vendor.GetPageAsync(list, query with { PageSize = other }, cancellationToken));
        if (other == size)
        {
            return again;
        }

        switch (again)
        {
            case PageResult.Page { End.FullPage: not null, Content: { Cut.Offered: var offered } few } when offered == other:
                few.Dispose();
                return PageResult.Failed.OfSilentPages(offered, full, list.Paging);
            case PageResult.Refused:
                return keys.Confirm(await vendor.GetPageAsync(list, query, cancellationToken));
            default:
                return again;
        }
    }
}
