using System.Globalization;

namespace AuditFunctions.Sources.Paging.None;

/// <summary>One response per window.</summary>
internal sealed class NoPaging : IPagingKind
{
    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new("none", "`none` (default) | | There is none.", (_, _, _) => new NoPaging());

    /// <inheritdoc/>
    public bool HasPages => false;

    /// <inheritdoc/>
    public string? NextCursor(PageView page) => null;

    // A list, newest first, that reaches back beyond the window's start has all of it.
    /// <inheritdoc/>
    public string? DoubtOf(PageView page) => page is { AsksForSize: true, AsksForWindow: true } && page.Cut.Offered == page.PageSize && new StopCondition.BeforeWindow().Says(page) != StopSays.End
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"the page is full ({page.Cut.Offered} events) and the definition names no way to the next one, so that events may be left out; ")
            + "name a kind of 'paging', or ask for more events at once (pageSize)"
        : null;
}
