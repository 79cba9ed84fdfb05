namespace AuditFunctions.Sources.Paging;

/// <summary>How the next page is found, and what ends a window.</summary>
/// <param name="Kind">Finds the next page.</param>
/// <param name="Stops">Any of these ends the window.</param>
public sealed record PagingDefinition(IPagingKind Kind, IReadOnlyList<StopCondition> Stops)
{
    /// <summary>Where to go on after a page, and whether the window ends with it.</summary>
    public PageEnd EndOf(PageView page)
    {
        var next = Kind.NextCursor(page);
        next = string.IsNullOrEmpty(next) ? null : next;

        // A cursor that repeats would page for ever: Okta's next link on an empty page equals the page's own.
        var ends = next is null || Stops.Any(stop => stop.Ends(page));
        return new PageEnd(next, ends || next == page.Cursor, Repeats: !ends && next == page.Cursor);
    }
}

/// <summary>What comes after a page.</summary>
/// <param name="Cursor">Where the vendor says to go on; it may name a place even when the window ends, to be polled later.</param>
/// <param name="IsLast">Whether the window ends with this page.</param>
/// <param name="Repeats">Whether it ends for no other reason than that the vendor names the page itself as the next.</param>
public readonly record struct PageEnd(string? Cursor, bool IsLast, bool Repeats = false);
