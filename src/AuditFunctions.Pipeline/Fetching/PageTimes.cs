namespace AuditFunctions.Pipeline.Fetching;

/// <summary>The times of a page's events, as far as progress follows from them.</summary>
/// <param name="Readable">How many events have a time that could be read.</param>
/// <param name="NewestAt">The newest that is not after the limit.</param>
/// <param name="OldestAt">The oldest that is not after the limit.</param>
internal readonly record struct PageTimes(int Readable, DateTimeOffset? NewestAt, DateTimeOffset? OldestAt)
{
    /// <summary>The times of some events.</summary>
    /// <param name="events">The events.</param>
    /// <param name="limit">A time after this is the vendor's mistake, or of an event that a later window lists: nothing follows from it.</param>
    public static PageTimes Of(ReadOnlySpan<PageEvent> events, DateTimeOffset limit)
    {
        var readable = 0;
        DateTimeOffset? newest = null;
        DateTimeOffset? oldest = null;
        foreach (ref readonly var item in events)
        {
            if (item.Time is not { } time)
            {
                continue;
            }

            readable++;
            if (time <= limit)
            {
                newest = newest > time ? newest : time;
                oldest = oldest < time ? oldest : time;
            }
        }

        return new PageTimes(readable, newest, oldest);
    }

    /// <summary>The times of the items that a vendor lists, whose answers are the page.</summary>
    public static PageTimes Of(IReadOnlyList<DateTimeOffset?> items, DateTimeOffset limit)
    {
        DateTimeOffset[] known = [.. items.OfType<DateTimeOffset>()];
        DateTimeOffset[] counting = [.. known.Where(time => time <= limit)];
        return counting.Length == 0 ? new PageTimes(known.Length, null, null) : new PageTimes(known.Length, counting.Max(), counting.Min());
    }
}
