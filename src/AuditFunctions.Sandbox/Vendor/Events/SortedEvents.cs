namespace AuditFunctions.Sandbox;

/// <summary>A place in <see cref="SortedEvents"/>: that of the event last seen. Stays valid when events are added.</summary>
internal readonly record struct EventPlace(long Key, int Number);

/// <summary>Event numbers sorted by a key, then by number.</summary>
internal sealed class SortedEvents
{
    private readonly int[] _numbers;
    private readonly Func<int, long> _key;

    private SortedEvents(int[] numbers, Func<int, long> key)
    {
        _numbers = numbers;
        _key = key;
    }

    /// <summary>How many.</summary>
    public int Count => _numbers.Length;

    /// <summary>The event at an index.</summary>
    public int this[int index] => _numbers[index];

    /// <summary>Sorts by time.</summary>
    public static SortedEvents ByTime(long[] times)
    {
        var numbers = Enumerable.Range(0, times.Length).ToArray();
        for (var i = 1; i < times.Length; i++)
        {
            if (times[i] < times[i - 1])
            {
                numbers = [.. numbers.OrderBy(number => times[number])];
                break;
            }
        }

        return new SortedEvents(numbers, number => times[number]);
    }

    /// <summary>Sorts by a scramble of the number.</summary>
    public static SortedEvents ByChance(int count)
    {
        static long Key(int number) => (long)(Chance.Mix(77, (ulong)number) >> 1);
        return new SortedEvents([.. Enumerable.Range(0, count).OrderBy(Key)], Key);
    }

    /// <summary>The place of an event.</summary>
    public EventPlace PlaceOf(int number) => new(_key(number), number);

    /// <summary>Index of the first event that is not before a place.</summary>
    public int IndexOf(EventPlace place)
    {
        var (low, high) = (0, _numbers.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var number = _numbers[middle];
            var key = _key(number);
            var before = key < place.Key || (key == place.Key && number < place.Number);
            (low, high) = before ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
