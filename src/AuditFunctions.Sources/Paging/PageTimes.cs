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

    /// <summary>The time of the last event that has one; null when none has.</summary>
    public DateTimeOffset? Last(PageView page)
    {
        for (var at = page.Cut.Count - 1; at >= 0; at--)
        {
            if (TryRead(page, at, out var time))
            {
                return time;
            }
        }

        return null;
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

    /// <summary>The oldest time; null when none can be read. One that lies more than a day before the window counts for nothing.</summary>
    public DateTimeOffset? Oldest(PageView page)
    {
        DateTimeOffset? oldest = null;
        for (var at = 0; at < page.Cut.Count; at++)
        {
            if (TryRead(page, at, out var time) && (oldest is null || time < oldest) && (From < DateTimeOffset.MinValue + Plausible || time >= From - Plausible))
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
