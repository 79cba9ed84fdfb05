namespace AuditFunctions.Sandbox;

/// <summary>Order of the events of a query.</summary>
internal enum EventOrder
{
    /// <summary>Oldest first.</summary>
    Ascending,

    /// <summary>Newest first.</summary>
    Descending,

    /// <summary>No order that has to do with time, the same for every page.</summary>
    None,
}

/// <summary>A page of events to look for: times in [<paramref name="From"/>, <paramref name="To"/>), in UTC ticks.</summary>
internal sealed record EventQuery(long From, long To, EventOrder Order, int Limit, EventPlace? After = null, int Skip = 0);

/// <summary>Events found, by number, and where to go on, if there are more.</summary>
internal sealed record EventPage(IReadOnlyList<int> Numbers, EventPlace? Last, bool HasMore);

/// <summary>A log as it can be seen at one moment.</summary>
internal sealed class LogView(LogContents contents, int visible)
{
    /// <summary>Events that can be seen.</summary>
    public int Count => visible;

    /// <summary>Numbers of the events that can be seen, in the order in which they were stored.</summary>
    public IEnumerable<int> Numbers => Enumerable.Range(0, visible).Select(position => contents.Persisted[position]);

    /// <summary>Time of an event in UTC ticks.</summary>
    public long TimeOf(int number) => contents.Times[number];

    /// <summary>First position whose event was stored at this time or later.</summary>
    public int PositionAt(long ticks) => Math.Min(visible, contents.CountBefore(ticks));

    /// <summary>Events in the order in which they were stored, from a position on.</summary>
    public IReadOnlyList<int> Persisted(int position, int limit) =>
        contents.Persisted[Math.Min(position, visible)..Math.Min((int)Math.Min(int.MaxValue, (long)position + limit), visible)].ToArray();

    /// <summary>A page of events by time.</summary>
    public EventPage Find(EventQuery query)
    {
        var sorted = query.Order == EventOrder.None ? contents.ByChance : contents.ByTime;
        var (index, end, step) = Range(sorted, query);
        var skip = query.Skip;
        if (skip > 0 && query.Order != EventOrder.None && visible == contents.Count)
        {
            index = (int)Math.Clamp(index + ((long)skip * step), -1, sorted.Count);
            skip = 0;
        }

        var numbers = new List<int>(Math.Min(query.Limit, 1000));
        for (; step > 0 ? index < end : index > end; index += step)
        {
            var number = sorted[index];
            if (!IsIn(number, query) || skip-- > 0)
            {
                continue;
            }

            if (numbers.Count == query.Limit)
            {
                return new EventPage(numbers, sorted.PlaceOf(numbers[^1]), HasMore: true);
            }

            numbers.Add(number);
        }

        return new EventPage(numbers, numbers.Count == 0 ? query.After : sorted.PlaceOf(numbers[^1]), HasMore: false);
    }

    /// <summary>How many events there are from one time to another.</summary>
    public int CountOf(long from, long to)
    {
        var query = new EventQuery(from, to, EventOrder.Ascending, int.MaxValue);
        var (start, end, _) = Range(contents.ByTime, query);
        return visible == contents.Count ? end - start : Find(query).Numbers.Count;
    }

    private static (int Start, int End, int Step) Range(SortedEvents sorted, EventQuery query)
    {
        if (query.Order == EventOrder.None)
        {
            return (query.After is { } after ? sorted.IndexOf(after with { Number = after.Number + 1 }) : 0, sorted.Count, 1);
        }

        var first = sorted.IndexOf(new EventPlace(query.From, 0));
        var end = Math.Max(first, sorted.IndexOf(new EventPlace(query.To, 0)));
        if (query.Order == EventOrder.Ascending)
        {
            var start = query.After is { } after ? Math.Max(first, sorted.IndexOf(after with { Number = after.Number + 1 })) : first;
            return (Math.Min(start, end), end, 1);
        }

        var last = query.After is { } before ? Math.Min(end, sorted.IndexOf(before)) : end;
        return (Math.Max(last, first) - 1, first - 1, -1);
    }

    private bool IsIn(int number, EventQuery query)
    {
        var time = contents.Times[number];
        return time >= query.From && time < query.To && (visible == contents.Count || contents.PositionOf(number) < visible);
    }
}
