using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Paging.TimeAdvance;

/// <summary>
/// The vendor has no pages: the same request is made again with its window narrowed to what was not given yet. Oldest first, <c>{from}</c> becomes
/// the time of the newest event; newest first, <c>{to}</c> that of the oldest. The overlap gives events of the edge twice rather than never, as
/// several may share its time; de-duplication drops the repeats.
/// </summary>
/// <param name="movesFrom">Whether the window's start moves, else its end.</param>
/// <param name="overlap">How far back into what was given the next page reaches.</param>
internal sealed class TimeAdvancePaging(bool movesFrom, TimeSpan overlap) : IPagingKind
{
    private static readonly TimeSpan DefaultOverlap = TimeSpan.FromSeconds(1);

    /// <summary>Its place in the catalog.</summary>
    public static PagingEntry Entry { get; } = new(
        "time-advance",
        "`time-advance` | `moves` (`from` or `to`, default `from`); `overlap` (0s to 1h, default 1s) | The same request for what is left of the window: "
        + "`{from}` moves to the newest event of the page, or `{to}` to the oldest. See [time-advance](#time-advance).",
        (reader, _, _) => new TimeAdvancePaging(
            reader.Choice("moves", RunPlaceholders.From, RunPlaceholders.To) == RunPlaceholders.From,
            reader.Duration("overlap", TimeSpan.Zero, TimeSpan.FromHours(1)) ?? DefaultOverlap));

    /// <inheritdoc/>
    public string Placeholder => movesFrom ? RunPlaceholders.From : RunPlaceholders.To;

    /// <inheritdoc/>
    public bool? NeedsOldestFirst => movesFrom;

    /// <inheritdoc/>
    public (DateTimeOffset From, DateTimeOffset To) WindowOf(string? cursor, DateTimeOffset from, DateTimeOffset to)
    {
        if (cursor is null)
        {
            return (from, to);
        }

        var edge = DateTimeOffset.TryParseExact(cursor, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var read)
            ? read
            : throw new RequestException("the cursor that was kept is not an instant, as paging.kind 'time-advance' needs.", isOfCursor: true);
        return movesFrom ? (edge, to) : (from, edge);
    }

    /// <inheritdoc/>
    public string? NextCursor(PageView page)
    {
        if (IsContrary(page))
        {
            return null;
        }

        var (from, to) = WindowOf(page.Cursor, page.Times.From, page.Times.To);
        if (movesFrom)
        {
            return page.Times.Newest(page) is { } newest && newest - overlap is var next && next > from ? Text(next) : null;
        }

        // Where a list that is newest first ends, rather than its oldest time: of one event that was listed late, all behind it would be passed over.
        return page.Times.ReachesStart(page) ? null : Before(page.Times.LastOfNewestFirst(page), to) ?? Before(page.Times.OldestInside(page), to);
    }

    /// <inheritdoc/>
    public string? DoubtOf(PageView page)
    {
        if (IsContrary(page))
        {
            return $"events come {(movesFrom ? "newest" : "oldest")} first on a full page, where the template promises the other order, so that what the page left out cannot be reached; "
                + "correct 'order' and 'paging.moves', or make 'timing.maxWindow' shorter";
        }

        if (!page.IsFull || (!movesFrom && page.Times.ReachesStart(page)))
        {
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"all {page.Cut.Offered} events of a full page lie within paging.overlap ({Durations.Write(overlap)}) of the edge of what was read, so that the rest cannot be reached; ")
            + "ask for more events at once (pageSize), or make the overlap shorter";
    }

    // Beyond what the overlap reaches, so that events of one moment in any order are no sign.
    private bool IsContrary(PageView page) =>
        page.IsFull && page.Times.Ends(page) is var (first, last) && (movesFrom ? first - last : last - first) > overlap;

    private string? Before(DateTimeOffset? oldest, DateTimeOffset to) => oldest + overlap is { } end && end < to ? Text(end) : null;

    private static string Text(DateTimeOffset instant) => instant.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}
