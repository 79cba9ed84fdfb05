using System.Globalization;

namespace AuditFunctions.Sources.Paging;

/// <summary>How the next page is found, and what ends a window. What hints that more follows is stronger than what looks like an end.</summary>
/// <param name="Kind">Finds the next page.</param>
/// <param name="Stops">Any of these ends the window.</param>
public sealed record PagingDefinition(IPagingKind Kind, IReadOnlyList<StopCondition> Stops)
{
    /// <summary>How long to wait after an answer with 202, which names where the page will be; null where 202 is a failure.</summary>
    public TimeSpan? Pending { get; init; }

    /// <summary>Hosts beside the source's own to which the vendor's link to the next page may lead, with the credentials; <c>*.</c> stands for whatever is in front.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>What an answer with 202 means: where its page will be is kept, and asked for again when it is named once more.</summary>
    public (PageEnd? Later, string? Wrong) LaterOf(PageView page) => NextOf(page) is { } next
        ? (next == page.Cursor ? null : new PageEnd(next, IsLast: false), null)
        : (null, $"the vendor answered 202, and nothing stands at '{Kind.NextPath}', where the page will be");

    /// <summary>Where a page stands, by the stored cursor; null is the first page.</summary>
    public PagePlace PlaceOf(string? cursor) => Kind.Counts ? PagePlace.OfCounted(cursor) : PagePlace.OfOpaque(cursor);

    /// <summary>Where to go on after a page, and whether the window ends with it.</summary>
    public PageEnd EndOf(PageView page)
    {
        var next = NextOf(page);
        var repeats = page.Print != 0 && (page.Print == page.Place.Print || page.IsEarlierAgain);
        if (Says(page, StopSays.End))
        {
            return EndOfSaid(page, next, repeats);
        }

        // A next page that is the page itself would be asked for for ever: Okta's next link on an empty page equals the page's own.
        // Some vendors list the last page, or the first one, for every number beyond the end.
        if (repeats)
        {
            return MoreBut(page, page.IsEarlierAgain ? "the page is an earlier one again" : "the page is the one before again")
                ?? DoubtOfRepeat(page)
                ?? new PageEnd(page.Place.ToStored(), IsLast: true);
        }

        if (next is not null && next == page.Cursor)
        {
            return MoreBut(page, "the next page that is named is the page itself") ?? EndOfItself(page);
        }

        return next is null ? EndWithoutNext(page)
            : page.Cut.Offered == 0 ? EndOfEmpty(page, next)
            : new PageEnd(Stored(page, next), IsLast: !Says(page, StopSays.More) && LooksLast(page));
    }

    /// <summary>Whether anything on a page speaks of what follows it, so that it is such a page at all.</summary>
    public bool SaysAnything(PageView page) =>
        Kind.HasNext(page) || Stops.Any(stop => stop.IsOfPage && stop.Says(page) != StopSays.Nothing);

    /// <summary>Whether a page may say nothing of what follows it, though the template reads that somewhere.</summary>
    public bool MayLeaveOut(PageView page) =>
        SaysAnything(page) || (Kind.NextPath is null && !Stops.Any(stop => stop.IsOfPage)) || (page.Cut.Offered > 0 && Stops.Any(stop => stop is StopCondition.NoCursor));

    /// <summary>
    /// Whether a refusal means that the page before was the last: some vendors refuse the page after it. Only after a page shorter than the
    /// vendor's pages are, where the template says that a short page is the last, or after one with which as many came as the vendor counts.
    /// </summary>
    public bool EndsBefore(PagePlace place, int status, int pageSize) =>
        Kind.Counts && status is 400 or 404 or 416 or 422
        && (place.IsBehindEnd
            || (Stops.Any(stop => stop is StopCondition.ShortPage) && Stops.All(stop => !stop.IsOfPage)
                && place.Last > 0 && place.Last < pageSize && (place.Last < place.Largest || place.Last == place.Read)));

    // A count that is reached ends a window only with a page that is not full: a vendor may count no further than it likes, count the page alone, or
    // not know. Behind the true end one request more finds nothing. A count that is less than what came counts something else.
    private bool LooksLast(PageView page) =>
        (Says(page, StopSays.PerhapsEnd) && !page.IsFull && !page.IsAllAtOnce && !page.IsAsLongAsBefore && !Stops.Any(stop => stop.IsExceeded(page))) || (page.KeepsCursor && Says(page, StopSays.ShortPage));

    private bool Says(PageView page, StopSays what) => Stops.Any(stop => stop.Says(page) == what);

    // A flag is wrong where the template reads it the other way round. A full page with a next one is asked about: behind the true end nothing comes.
    private PageEnd EndOfSaid(PageView page, string? next, bool repeats)
    {
        var end = new PageEnd(Stored(page, next), IsLast: true);
        if (next is null || next == page.Cursor || repeats || !page.IsAllAtOnce || page.KeepsCursor || Stops.Any(stop => !stop.IsOfPage && stop.Says(page) == StopSays.End))
        {
            return end;
        }

        return Kind.Counts
            ? new PageEnd((page.Place.After(next, page.Cut.Offered, page.Print) with { IsBehindEnd = true }).ToStored(), IsLast: false)
            : end with { FullPage = page.Cut.Offered };
    }

    // A full page that comes again may be the last one, which some vendors list for every number beyond it; or the vendor ignores the number, or
    // lets nobody page deeper. Shorter windows, whose pages are not full, bring all the same.
    private PageEnd? DoubtOfRepeat(PageView page)
    {
        var (offered, place) = (page.Cut.Offered, page.Place);
        var isFull = page.IsAllAtOnce || (place.Read > place.Last && offered >= place.Largest);
        if (!isFull || place.IsBehindEnd || Says(page, StopSays.PerhapsEnd))
        {
            return null;
        }

        var why = string.Create(CultureInfo.InvariantCulture, $"the page is {(page.IsEarlierAgain ? "an earlier one" : "the one before")} again, though it is full ({offered} events): ")
            + $"either the vendor does not heed '{{{Kind.Placeholder}}}', or it gives no page behind this one; check where the request sends it, and 'paging.start'";

        // A list that cannot be asked for a part: nothing reaches further, so that it ends here. Newest first, what is behind the window's start is not wanted.
        if (!page.AsksForWindow && !page.GoesOnFromNewest && place.Read != place.Last)
        {
            var reachesStart = page.Times.ReachesStart(page) && page.Times.Ends(page) is var (newest, oldest) && oldest <= newest;
            return reachesStart ? null : new PageEnd(place.ToStored(), IsLast: true) { Remark = why };
        }

        // Oldest first, all up to the newest event was read, and the next window brings what follows: if there is one that is newer than all before.
        return page is { GoesOnFromNewest: true, AsksForWindow: false } && page.Times.Ends(page) is var (first, last) && first <= last
            ? new PageEnd(place.ToStored(), IsLast: true) { OnlyIfNewer = why }
            : PageEnd.Doubted(why, isOfWindow: page.AsksForWindow);
    }

    // Where the cursor is kept, such a page would be read again with every poll, and what comes later never.
    private static PageEnd EndOfItself(PageView page) =>
        page.IsAllAtOnce && page.KeepsCursor
            ? PageEnd.Doubted(string.Create(
                CultureInfo.InvariantCulture, $"the page is full ({page.Cut.Offered} events), and the next page that is named is the page itself; check where 'paging' finds it"))
            : new PageEnd(page.Place.ToStored(), IsLast: true)
            {
                NamesItself = page.IsAllAtOnce,
                FullPage = page.IsAllAtOnce ? page.Cut.Offered : null,
                AsksAgain = page.Cut.Offered > 0 && !page.KeepsCursor,
            };

    private string? NextOf(PageView page)
    {
        var next = Kind.NextCursor(page);
        return string.IsNullOrEmpty(next) ? null
            : Kind.CursorIsUrl ? page.CredentialParameters.Aggregate(next, LinkText.WithoutParameter)
            : next;
    }

    private string? Stored(PageView page, string? next) =>
        next is not null && Kind.Counts
            ? (page.Place.After(next, page.Cut.Offered, page.Print) with { IsBehindEnd = page.Cut.Offered > 0 && Says(page, StopSays.PerhapsEnd) && !Says(page, StopSays.More) }).ToStored()
            : next;

    private PageEnd EndWithoutNext(PageView page)
    {
        if (MoreBut(page, page.Cut.Offered == 0 ? "the page is empty" : "no next page is named") is { } doubt)
        {
            return doubt;
        }

        if (Kind.DoubtOf(page) is { } stuck)
        {
            return PageEnd.Doubted(stuck, isOfWindow: !Kind.HasPages);
        }

        if (Kind.NextPath is not { } path || Kind.HasNext(page))
        {
            return new PageEnd(null, IsLast: true);
        }

        var count = page.Cut.Offered;
        var leavesOut = Stops.Any(stop => stop is StopCondition.NoCursor);
        if (leavesOut || Kind.IsSilentOnLastPage)
        {
            return PageEnd.LastUnlessAsked(page.IsFull ? count : null);
        }

        return Kind.NextIsInLastEvent && count > 0 ? PageEnd.Doubted(page.Cut.Count == 0
                ? "no event of the page is JSON, and the next page is named by the last of them"
                : $"nothing stands at '{path}' in the page's last event, which names the next page; check 'paging.path'")
            : page.IsFull ? PageEnd.Doubted(
                string.Create(CultureInfo.InvariantCulture, $"nothing stands at '{path}', where the next page is named, though the page is full ")
                    + string.Create(CultureInfo.InvariantCulture, $"({count} events); if this vendor leaves it out on the last page, say so with 'stop: no-cursor'"),
                count)
            : new PageEnd(null, IsLast: true);
    }

    // An empty page in the middle is possible (a vendor that filters after paging), but a kind that counts would never find an end behind it.
    private PageEnd EndOfEmpty(PageView page, string next)
    {
        if (Stops.FirstOrDefault(stop => stop is StopCondition.Total or StopCondition.LastPage && stop.Says(page) == StopSays.More) is { } total)
        {
            return PageEnd.Doubted($"{total.Claim(page)}, but the page is empty");
        }

        if (Stops.OfType<StopCondition.LastPage>().FirstOrDefault(stop => stop.CountsOn(page)) is { } pages)
        {
            return PageEnd.Doubted($"{pages.Claim(page)}, but the page is empty, and the one before was short: the vendor's first page may be 0; check 'paging.start'");
        }

        var isEnd = Kind.Counts || Says(page, StopSays.PerhapsEnd) || Says(page, StopSays.ShortPage);
        return new PageEnd(Stored(page, next), IsLast: isEnd && !Says(page, StopSays.More));
    }

    private PageEnd? MoreBut(PageView page, string but) =>
        Stops.FirstOrDefault(stop => stop.Says(page) == StopSays.More) is { } more ? PageEnd.Doubted($"{more.Claim(page)}, but {but}") : null;
}
