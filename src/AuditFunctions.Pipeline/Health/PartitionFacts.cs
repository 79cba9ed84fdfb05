using AuditFunctions.Configuration;
using AuditFunctions.Destinations;
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

    /// <summary>Why a destination's backlog keeps it from being polled; null when none does.</summary>
    public string? Blocked { get; init; }

    /// <summary>How old an idle partition's status may be by itself.</summary>
    public required TimeSpan IdleStatusInterval { get; init; }

    /// <summary>The facts of all partitions: those with a checkpoint, sources that have none yet, and checkpoints whose source is gone.</summary>
    public static IEnumerable<PartitionFacts> Of(
        IReadOnlyDictionary<string, DefinedRow<SourceDefinition>> sources,
        IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>> destinations,
        IReadOnlyList<(PartitionId Partition, Checkpoint Checkpoint)> checkpoints,
        WaitingBatches waiting,
        TimeSpan idleStatusInterval)
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
            };
            var any = false;
            foreach (var (partition, checkpoint) in known[row.Row.Name])
            {
                any = true;
                yield return whole with { Partition = partition, Checkpoint = checkpoint };
            }

            if (!any)
            {
                yield return whole;
            }
        }

        foreach (var (partition, checkpoint) in checkpoints.Where(row => !sources.ContainsKey(row.Partition.Source)))
        {
            yield return new PartitionFacts { Partition = partition, HasRow = false, Checkpoint = checkpoint, IdleStatusInterval = idleStatusInterval };
        }
    }
}
