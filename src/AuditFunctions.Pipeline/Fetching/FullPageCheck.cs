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
    /// <summary>Whether a page has to be asked about, and how many events it holds.</summary>
    public static bool IsNeeded(PageResult result, out int full)
    {
        full = (result as PageResult.Page)?.End is { IsLast: true, FullPage: { } count } ? count : 0;
        return full > 0;
    }

    /// <summary>What is known after the second answer. The one that is not given back is given up.</summary>
    /// <param name="page">The full page.</param>
    /// <param name="full">How many events it holds.</param>
    /// <param name="check">The second answer.</param>
    /// <param name="asked">How many events it was asked for.</param>
    /// <param name="source">The source.</param>
    /// <returns>The full page where it stands: then the vendor is asked for as many as before.</returns>
    public static PageResult ResultOf(PageResult page, int full, PageResult check, int asked, SourceDefinition source)
    {
        switch (check)
        {
            case PageResult.Page { End.IsLast: true, Content.Cut.Offered: var offered } when asked > full ? offered > full : offered == asked:
                PageAsker.Discard(check);
                PageAsker.Discard(page);
                return new PageResult.Failed(200, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the vendor gave {offered} and {full} events when asked for so many, and names no next page at '{source.Paging.Kind.NextPath}'; check 'paging'"));

            // It takes no other number, or has fewer events now: its word stands.
            case PageResult.Page { End.IsLast: true }:
            case PageResult.Refused:
                PageAsker.Discard(check);
                return page;

            // A next page is named, or nothing can be asked just now.
            default:
                PageAsker.Discard(page);
                return check;
        }
    }
}
