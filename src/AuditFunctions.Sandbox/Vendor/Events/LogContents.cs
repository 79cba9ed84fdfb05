namespace AuditFunctions.Sandbox;

/// <summary>All events of a log, also those that nobody can see yet. Never changes: publishing makes a new one.</summary>
/// <param name="times">UTC ticks by event number.</param>
/// <param name="persisted">Event numbers in the order in which they were stored.</param>
/// <param name="availableAt">When each of them was stored, in UTC ticks, in the same (ascending) order.</param>
internal sealed class LogContents(long[] times, int[] persisted, long[] availableAt)
{
    private readonly Lazy<SortedEvents> _byTime = new(() => SortedEvents.ByTime(times));
    private readonly Lazy<SortedEvents> _byChance = new(() => SortedEvents.ByChance(times.Length));
    private readonly Lazy<int[]> _positions = new(() => Invert(persisted));

    /// <summary>Number of events.</summary>
    public int Count => times.Length;

    /// <summary>UTC ticks by event number.</summary>
    public ReadOnlySpan<long> Times => times;

    /// <summary>Event numbers in the order in which they were stored.</summary>
    public ReadOnlySpan<int> Persisted => persisted;

    /// <summary>When each of <see cref="Persisted"/> was stored.</summary>
    public ReadOnlySpan<long> AvailableAt => availableAt;

    /// <summary>In order of time, then number.</summary>
    public SortedEvents ByTime => _byTime.Value;

    /// <summary>In no order that has to do with time.</summary>
    public SortedEvents ByChance => _byChance.Value;

    /// <summary>Place of each event in <see cref="Persisted"/>, by number.</summary>
    public int PositionOf(int number) => _positions.Value[number];

    /// <summary>How many events were stored at this time or before.</summary>
    public int CountUntil(long ticks) => ticks == long.MaxValue ? Count : CountBefore(ticks + 1);

    /// <summary>How many events were stored before this time.</summary>
    public int CountBefore(long ticks)
    {
        var (low, high) = (0, availableAt.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = availableAt[middle] < ticks ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The same with more events, stored at a position.</summary>
    public LogContents Insert(int position, long[] newTimes, long[] newAvailableAt)
    {
        var numbers = Enumerable.Range(Count, newTimes.Length);
        return new LogContents(
            [.. times, .. newTimes],
            [.. persisted[..position], .. numbers, .. persisted[position..]],
            [.. availableAt[..position], .. newAvailableAt, .. availableAt[position..]]);
    }

    private static int[] Invert(int[] order)
    {
        var inverse = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        return inverse;
    }
}
