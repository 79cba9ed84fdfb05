using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Processors.Repeats;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// A run's view of the ids that left the checkpoint row. A segment is read when a page holds an event of its hour that the row does not know, and kept as
/// a flat sorted array while there is room; an ordinary poll reads none.
/// </summary>
internal sealed class SeenMemory(PartitionId partition, ISeenSegments segments)
{
    // 32 MB of keys. Beyond it the segment that was asked longest ago goes; it is read again when it is needed.
    private const int MaxKeys = 2_000_000;

    // The longest tier, and a day for the sweep that reads it.
    private static readonly TimeSpan LongestUntimed = TimeSpan.FromDays(31);

    private readonly Dictionary<string, UInt128[]> _loaded = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _byUse = new();
    private int _keys;

    /// <summary>
    /// Drops the events of a page that were sent before. Those without a time that were put down on an earlier day are to be remembered anew: listed at
    /// every poll, they would lie too far back one day, and be sent again.
    /// </summary>
    /// <param name="fresh">The events that the row does not know.</param>
    /// <param name="seen">What lies in segments.</param>
    /// <param name="now">The instant.</param>
    /// <param name="reach">How far back an event without a time may have been sent.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The keys of the events that are to be remembered anew.</returns>
    public async Task<IReadOnlyList<EventKey>> DropKnownAsync(FreshEvents fresh, SeenIndex? seen, DateTimeOffset now, DateTimeOffset reach, CancellationToken cancellationToken)
    {
        var renewed = new List<EventKey>();
        if (seen is null)
        {
            return renewed;
        }

        // Several hours at once, so that few looks at the events are enough however many hours a page holds.
        var (known, loaded) = (new Dictionary<uint, UInt128[]>(), 0);
        foreach (var hour in HoursOf(fresh, seen, now))
        {
            known[hour] = await LoadAsync(seen, SeenNames.Hour(hour * 3_600), cancellationToken);
            loaded += known[hour].Length;
            if (loaded >= MaxKeys)
            {
                DropOf(known);
                (known, loaded) = ([], 0);
            }
        }

        DropOf(known);
        if (seen.UntimedAt is { } untimedAt && untimedAt >= reach && fresh.Seconds(now).Contains(0u))
        {
            var oldest = now - LongestUntimed;
            for (var day = (reach > oldest ? reach : oldest).UtcDateTime.Date; day <= untimedAt.UtcDateTime.Date; day = day.AddDays(1))
            {
                var keys = await LoadAsync(seen, SeenNames.Untimed(new DateTimeOffset(DateTime.SpecifyKind(day, DateTimeKind.Utc))), cancellationToken);
                var isOld = day < now.UtcDateTime.Date;
                fresh.Drop((key, seconds) => seconds == 0 && Array.BinarySearch(keys, SeenBlocks.Of(key)) >= 0 && (!isOld || Renew(key)), now);
            }
        }

        return renewed;

        bool Renew(EventKey key)
        {
            renewed.Add(key);
            return true;
        }

        void DropOf(Dictionary<uint, UInt128[]> hours)
        {
            if (hours.Count > 0)
            {
                fresh.Drop((key, seconds) => hours.TryGetValue(seconds / 3_600, out var keys) && Array.BinarySearch(keys, SeenBlocks.Of(key)) >= 0, now);
            }
        }
    }

    /// <summary>Says of what is wanted whether it was put down; nothing is kept in memory for it but the segments.</summary>
    public async Task AnswerAsync(PageRepeats repeats, SeenIndex seen, CancellationToken cancellationToken)
    {
        foreach (var hour in repeats.Wanted.GroupBy(repeat => repeat.Seconds / 3_600).ToArray())
        {
            var keys = await LoadAsync(seen, SeenNames.Hour(hour.Key * 3_600), cancellationToken);
            foreach (var repeat in hour)
            {
                repeats.Answer(repeat, Array.BinarySearch(keys, SeenBlocks.Of(repeat.Key)) >= 0);
            }
        }
    }

    /// <summary>Adds ids to their segments, as a block that is void until the returned index is committed.</summary>
    /// <param name="seen">What lies in segments already.</param>
    /// <param name="newEpoch">The folder if nothing does.</param>
    /// <param name="leaving">The ids.</param>
    /// <param name="horizon">Nothing before this is asked for any more.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task<SeenIndex> AddAsync(SeenIndex? seen, string newEpoch, IReadOnlyList<LeavingId> leaving, DateTimeOffset horizon, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var start = WindowPlanner.Rounded(horizon, TimeSpan.FromSeconds(1));
        var index = seen ?? new SeenIndex(newEpoch, 0, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch, null);
        index = index with { Blocks = index.Blocks + 1, FromAt = index.FromAt < start ? start : index.FromAt };
        foreach (var segment in leaving.GroupBy(id => id.Seconds == 0 ? SeenNames.Untimed(now) : SeenNames.Hour(id.Seconds), StringComparer.Ordinal))
        {
            EventKey[] keys = [.. segment.Select(id => id.Key)];
            await segments.AppendAsync(partition, index.Epoch, segment.Key, index.Blocks, keys, cancellationToken);
            if (_loaded.TryGetValue(segment.Key, out var known))
            {
                Keep(segment.Key, SeenBlocks.Union(known, keys));
            }
        }

        foreach (var id in leaving)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(id.Seconds);
            index = id.Seconds == 0
                ? index with { UntimedAt = now }
                : index.FromAt > at || index.ToAt < at ? index with { FromAt = index.FromAt > at ? at : index.FromAt, ToAt = index.ToAt < at ? at : index.ToAt } : index;
        }

        return index with { FromAt = index.FromAt == DateTimeOffset.MaxValue ? start : index.FromAt };
    }

    private static HashSet<uint> HoursOf(FreshEvents fresh, SeenIndex seen, DateTimeOffset now)
    {
        var (from, to) = (RecentIds.SecondsOf(seen.FromAt, seen.FromAt), RecentIds.SecondsOf(seen.ToAt, seen.ToAt));
        var hours = new HashSet<uint>();
        foreach (var seconds in fresh.Seconds(now).Where(seconds => seconds > 0 && seconds >= from && seconds <= to))
        {
            hours.Add(seconds / 3_600);
        }

        return hours;
    }

    private async Task<UInt128[]> LoadAsync(SeenIndex seen, string segment, CancellationToken cancellationToken)
    {
        if (!_loaded.TryGetValue(segment, out var keys))
        {
            keys = await segments.ReadAsync(partition, seen.Epoch, segment, seen.Blocks, cancellationToken);
        }

        Keep(segment, keys);
        return keys;
    }

    private void Keep(string segment, UInt128[] keys)
    {
        Forget(segment);
        while (_byUse.First is { } oldest && _keys + keys.Length > MaxKeys)
        {
            Forget(oldest.Value);
        }

        _loaded[segment] = keys;
        _keys += keys.Length;
        _byUse.AddLast(segment);
    }

    private void Forget(string segment)
    {
        if (_loaded.Remove(segment, out var keys))
        {
            _keys -= keys.Length;
            _byUse.Remove(segment);
        }
    }
}
