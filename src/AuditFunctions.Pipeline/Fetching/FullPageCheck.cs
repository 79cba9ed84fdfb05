using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Whether a full page without a word of a next one is the last. It may be all that there is; or the next page is named in another place than the
/// template says, or its name was lost on the way, and everything behind this one would be left out. Asked again, for another number of events where
/// that is possible, the vendor shows it.
/// </summary>
internal static class FullPageCheck
{
    /// <summary>
    /// Asks about a page where that is needed, after it is given up: two pages at once would wait for each other's memory.
    /// </summary>
    /// <param name="page">The page as it came.</param>
    /// <param name="cursor">What it was asked for with; null for the first page.</param>
    /// <param name="sizing">How many events are asked for at once; as before when the vendor's word stands.</param>
    /// <param name="source">The source.</param>
    /// <param name="ask">Asks for the page once more, for as many events as the sizing says then.</param>
    public static async Task<PageResult> ResultOfAsync(PageResult page, string? cursor, PageSizing sizing, SourceDefinition source, Func<Task<PageResult>> ask)
    {
        var size = sizing.Size;
        if (page is not PageResult.Page { End: var last, Content: var content } || (last.FullPage is null && !last.AsksAgain))
        {
            return page;
        }

        // Behind a page that named a next one, the name may be missing by a mistake of this one answer: it is asked for again as it is.
        var full = last.FullPage ?? 0;
        var isOther = last.FullPage is not null && (cursor is null || sizing.MayChangeInside) && sizing.TryAskForOther(full, restarts: false);
        if (!isOther && cursor is null)
        {
            return page;
        }

        var keys = new PageKeys(content, source.Reading);
        PageAsker.Discard(page);
        var asked = sizing.Size;
        var check = keys.Confirm(await ask());
        if (!isOther)
        {
            return check;
        }

        switch (check)
        {
            case PageResult.Page { End.FullPage: not null, Content.Cut.Offered: var offered } when asked > full ? offered > full : offered == asked:
                PageAsker.Discard(check);
                sizing.Return(size);
                return PageResult.Failed.OfSilentPages(offered, full, source.Paging);

            // It takes no other number, or has fewer events now.
            case PageResult.Page { End: var end } when end.IsLast || end.FullPage is not null:
                sizing.Return(size);
                return check;
            case PageResult.Refused:
                sizing.Return(size);
                return keys.Confirm(await ask());

            // A next page is named, or nothing can be asked just now.
            default:
                return check;
        }
    }
}
