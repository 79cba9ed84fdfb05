using AuditFunctions.Events;

namespace AuditFunctions.Sources.Paging;

/// <summary>Where a page's events lie in time, for kinds and stops that go by it.</summary>
/// <param name="Time">Where the times stand; null where that is not known.</param>
/// <param name="From">Start of the window that was asked for.</param>
/// <param name="To">End of the window that was asked for.</param>
public sealed record PageTimes(EventTime? Time, DateTimeOffset From, DateTimeOffset To)
{
    // One event from the year 9999, or of 1970, must not lead paging past all the others.
    private static readonly TimeSpan Plausible = TimeSpan.FromDays(1);

    /// <summary>A page of which no time is known.</summary>
    public static PageTimes None { get; } = new(null, DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    /// <summary>
    /// Whether a page that is newest first reaches back before the window: its last event lies there. One that lies more than a day before it, right behind one of the
    /// window, says nothing: it has no time, which some vendors write as 1970, or was listed late.
    /// </summary>
    public bool ReachesStart(PageView page)
    {
        var isOdd = false;
        for (var at = page.Cut.Count - 1; at >= 0; at--)
        {
            if (!TryRead(page, at, out var time))
            {
                continue;
            }

            if (time >= From)
            {
                return false;
            }

            if (isOdd || time >= From - Plausible)
            {
                return true;
            }

            isOdd = true;
        }

        return isOdd;
    }

    /// <summary>The time of the last event in the window, of a page that is newest first but for one event at most; null where it is in another order.</summary>
    public DateTimeOffset? LastOfNewestFirst(PageView page)
    {
        DateTimeOffset? before = null;
        DateTimeOffset? last = null;
        var rises = 0;
        for (var at = 0; at < page.Cut.Count; at++)
        {
            if (TryRead(page, at, out var time))
            {
                rises += time > before ? 1 : 0;
                before = time;
                last = time >= From && Counts(time) ? time : last;
            }
        }

        return rises <= 1 && Ends(page) is var (first, end) && end <= first ? last : null;
    }

    /// <summary>The times of the first and the last event that have one that counts; null when none has.</summary>
    public (DateTimeOffset First, DateTimeOffset Last)? Ends(PageView page) =>
        Nearest(page, 0, 1) is { } first && Nearest(page, page.Cut.Count - 1, -1) is { } last ? (first, last) : null;

    /// <summary>The newest time; null when none can be read. One that lies more than a day after the window counts for nothing.</summary>
    public DateTimeOffset? Newest(PageView page)
    {
        DateTimeOffset? newest = null;
        for (var at = 0; at < page.Cut.Count; at++)
        {
            if (TryRead(page, at, out var time) && (newest is null || time > newest) && Counts(time))
            {
                newest = time;
            }
        }

        return newest;
    }

    /// <summary>The oldest time that lies in the window; null when none does.</summary>
    public DateTimeOffset? OldestInside(PageView page)
    {
        DateTimeOffset? oldest = null;
        for (var at = 0; at < page.Cut.Count; at++)
        {
            if (TryRead(page, at, out var time) && (oldest is null || time < oldest) && time >= From)
            {
                oldest = time;
            }
        }

        return oldest;
    }

    private DateTimeOffset? Nearest(PageView page, int start, int step)
    {
        for (var at = start; at >= 0 && at < page.Cut.Count; at += step)
        {
            if (TryRead(page, at, out var time) && Counts(time))
            {
                return time;
            }
        }

        return null;
    }

    private bool Counts(DateTimeOffset time) => To > DateTimeOffset.MaxValue - Plausible || time <= To + Plausible;

    private bool TryRead(PageView page, int at, out DateTimeOffset time)
    {
        time = default;
        return Time is { } where && where.TryRead(page.Body.Span, page.Cut, at, out time);
    }
}
