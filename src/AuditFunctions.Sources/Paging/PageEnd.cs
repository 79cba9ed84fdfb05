namespace AuditFunctions.Sources.Paging;

/// <summary>What comes after a page.</summary>
/// <param name="Cursor">Where to go on, as it is stored; it may name a place even when the window ends, to be polled later.</param>
/// <param name="IsLast">Whether the window ends with this page.</param>
public readonly record struct PageEnd(string? Cursor, bool IsLast)
{
    /// <summary>Why it cannot be said what comes after the page; null when it can. Then it is neither taken nor passed over.</summary>
    public string? Doubt { get; private init; }

    /// <summary>
    /// How many events a full page holds that does not show whether it is the last; null when it is not about that. Where that is no
    /// doubt, the page counts as the last unless the vendor, asked for another number of events, names a next one.
    /// </summary>
    public int? FullPage { get; init; }

    /// <summary>
    /// Whether it is asked for once more, as it is, before it counts as the last: it names itself, as all pages of a list do that the vendor reads on with each
    /// answer.
    /// </summary>
    public bool AsksAgain { get; init; }

    /// <summary>What may not have been read though the window ends here, since no request could reach it; null when nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Whether a shorter window would bring what the page may have left out.</summary>
    public bool IsOfWindow { get; private init; }

    /// <summary>Whether it ends because the next page that is named is the page itself, which is full.</summary>
    public bool NamesItself { get; init; }

    /// <summary>Why it is the last page only where it brought an event newer than the mark, so that the next window starts further on; null where that does not matter.</summary>
    public string? OnlyIfNewer { get; init; }

    /// <summary>How long the vendor asks to wait before the next page; null when it does not say.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>It cannot be said what comes after the page.</summary>
    public static PageEnd Doubted(string why, int? fullPage = null, bool isOfWindow = false) =>
        new(null, IsLast: false) { Doubt = why, FullPage = fullPage, IsOfWindow = isOfWindow };

    /// <summary>It is the last page, as far as it shows.</summary>
    /// <param name="fullPage">How many events it holds, when it is full and says nothing of a next one.</param>
    public static PageEnd LastUnlessAsked(int? fullPage) => new(null, IsLast: true) { FullPage = fullPage };
}
