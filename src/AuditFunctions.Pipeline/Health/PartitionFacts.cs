using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Health;

/// <summary>What a partition's state follows from.</summary>
public sealed record PartitionFacts
{
    /// <summary>Which.</summary>
    public required PartitionId Partition { get; init; }

    /// <summary>Whether its source has a row.</summary>
    public bool HasRow { get; init; } = true;

    /// <summary>Whether the row says that it is polled.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>What is wrong with its row or destinations.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>How often it is polled.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>When and how far it is read; null when its row is wrong or gone.</summary>
    public TimingDefinition? Timing { get; init; }

    /// <summary>How often an event is expected; null when none is.</summary>
    public TimeSpan? ExpectEvery { get; init; }

    /// <summary>Its checkpoint; null when there is none.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>Whether its source has it no more, and it is read to its end.</summary>
    public bool IsRetired { get; init; }

    /// <summary>Why a destination's backlog keeps it from being polled; null when none does.</summary>
    public string? Blocked { get; init; }

    /// <summary>How old an idle partition's status may be by itself.</summary>
    public required TimeSpan IdleStatusInterval { get; init; }

    /// <summary>Longest pause between two ticks: nothing is polled more often.</summary>
    public TimeSpan TickPause { get; init; }

    /// <summary>The facts of all partitions: those with a checkpoint, sources that have none yet, and checkpoints whose source is gone.</summary>
    public static IEnumerable<PartitionFacts> Of(
        IReadOnlyDictionary<string, DefinedRow<SourceDefinition>> sources,
        IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>> destinations,
        IReadOnlyList<(PartitionId Partition, Checkpoint Checkpoint)> checkpoints,
        WaitingBatches waiting,
        TimeSpan idleStatusInterval,
        TimeSpan tickPause)
    {
        var known = checkpoints.ToLookup(row => row.Partition.Source, StringComparer.Ordinal);
        foreach (var row in sources.Values)
        {
            var whole = new PartitionFacts
            {
                Partition = new PartitionId(row.Row.Name, PartitionId.Single),
                IsEnabled = RowSwitch.IsOn(row),
                Problems = SourceProblems.Of(row, destinations),
                Interval = row.Definition?.Timing.Interval ?? TimeSpan.FromMinutes(5),
                Timing = row.Definition?.Timing,
                ExpectEvery = row.Definition?.Timing.ExpectEvery,
                Blocked = waiting.WhyBlocked(row.Definition?.Destinations ?? []),
                IdleStatusInterval = idleStatusInterval,
                TickPause = tickPause,
            };
            foreach (var one in OfSource(whole, row.Definition, known[row.Row.Name].ToDictionary(stored => stored.Partition, stored => stored.Checkpoint)))
            {
                yield return one;
            }
        }

        foreach (var (partition, checkpoint) in checkpoints.Where(row => !sources.ContainsKey(row.Partition.Source)))
        {
            yield return new PartitionFacts { Partition = partition, HasRow = false, Checkpoint = checkpoint, IdleStatusInterval = idleStatusInterval };
        }
    }

    private static IEnumerable<PartitionFacts> OfSource(PartitionFacts whole, SourceDefinition? source, Dictionary<PartitionId, Checkpoint> stored)
    {
        if (source is null)
        {
            return stored.Count == 0 ? [whole] : stored.Select(row => whole with { Partition = row.Key, Checkpoint = row.Value });
        }

        // Those that the source has, and below them what it had.
        PartitionId[] polled = [.. SourcePartitions.Of(source, stored)];
        var known = polled.ToHashSet();
        var freshest = FreshestOf(polled, stored);
        return polled.Union(stored.Keys).Select(partition => whole with
        {
            Partition = partition,
            Checkpoint = stored.GetValueOrDefault(partition),
            Interval = partition.IsDiscovery ? source.Partitions!.Every : whole.Interval,
            Timing = partition.IsDiscovery ? null : whole.Timing,
            ExpectEvery = partition == freshest ? whole.ExpectEvery : null,
            IsRetired = !known.Contains(partition),
        });
    }

    // Some partitions have no events for months: what is expected is expected of the source, and so of its freshest partition.
    private static PartitionId FreshestOf(PartitionId[] polled, Dictionary<PartitionId, Checkpoint> stored) =>
        polled.Where(partition => !partition.IsDiscovery).OrderByDescending(partition => stored.GetValueOrDefault(partition)?.Status.LastFetchAt).FirstOrDefault();
}
