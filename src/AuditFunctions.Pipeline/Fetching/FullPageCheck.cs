using System.Globalization;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Whether a full first page without a word of a next one is the last. It may be all that there is; or the next page is named in another place
/// than the template says, and everything behind this one would be left out. Asked for another number of events, the vendor shows it.
/// </summary>
internal static class FullPageCheck
{
    /// <summary>
    /// Asks about a page where that is needed, after it is given up: two pages at once would wait for each other's memory.
    /// </summary>
    /// <param name="page">The page as it came.</param>
    /// <param name="sizing">How many events are asked for at once; as before when the vendor's word stands.</param>
    /// <param name="source">The source.</param>
    /// <param name="ask">Asks for the page once more, for as many events as the sizing says then.</param>
    public static async Task<PageResult> ResultOfAsync(PageResult page, PageSizing sizing, SourceDefinition source, Func<Task<PageResult>> ask)
    {
        var size = sizing.Size;
        if (page is not PageResult.Page { End: { IsLast: true, FullPage: { } full } } || !sizing.TryAskForOther(full, restarts: false))
        {
            return page;
        }

        PageAsker.Discard(page);
        var asked = sizing.Size;
        var check = await ask();
        switch (check)
        {
            case PageResult.Page { End.IsLast: true, Content.Cut.Offered: var offered } when asked > full ? offered > full : offered == asked:
                PageAsker.Discard(check);
                return new PageResult.Failed(200, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the vendor gave {offered} and {full} events when asked for so many, and names no next page at '{source.Paging.Kind.NextPath}'; check 'paging'"));

            // It takes no other number, or has fewer events now.
            case PageResult.Page { End.IsLast: true }:
                sizing.Return(size);
                return check;
            case PageResult.Refused:
                sizing.Return(size);
                return await ask();

            // A next page is named, or nothing can be asked just now.
            default:
                return check;
        }
    }
}
