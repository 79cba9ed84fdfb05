using System.Collections.ObjectModel;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Which partitions a source has. The one place that the scheduler and the fetch ask, so that a message can invent none.</summary>
public static class SourcePartitions
{
    /// <summary>
    /// Those that are polled: the ones that it has, the look-up of those that the vendor names, and those that it has no more until their window in
    /// progress is drained, with all of its parts.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="stored">Its partitions that have a checkpoint.</param>
    public static IEnumerable<PartitionId> Of(SourceDefinition source, IEnumerable<KeyValuePair<PartitionId, Checkpoint>> stored)
    {
        if (source.Partitions is not { } partitions)
        {
            return [new PartitionId(source.Name, PartitionId.Single)];
        }

        var kept = stored.Where(row => Has(source, row.Key, row.Value)).Select(row => row.Key);
        return partitions.AreLookedUp
            ? kept.Prepend(PartitionId.DiscoveryOf(source.Name)).Distinct()
            : partitions.Listed.Select(key => new PartitionId(source.Name, key)).Union(kept);
    }

    /// <summary>A partition's values by level; empty where the source has one partition.</summary>
    public static IReadOnlyDictionary<string, string> ValuesOf(SourceDefinition source, PartitionId partition) =>
        source.Partitions?.ValuesOf(partition.Partition) ?? ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Whether a partition is one of them.</summary>
    /// <param name="source">The source.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="checkpoint">Its checkpoint; an empty one when it has none.</param>
    public static bool Has(SourceDefinition source, PartitionId partition, Checkpoint checkpoint) =>
        IsCurrent(source, partition, checkpoint)
        || (checkpoint.HasOpenWindow && source.Partitions?.ValuesOf(partition.Partition) is not null);

    /// <summary>
    /// A partition's checkpoint as the row says it: one that it lists again is not gone any more, whatever was noted in between. What the vendor lists is noted
    /// where it is looked up.
    /// </summary>
    public static Checkpoint Listed(SourceDefinition source, PartitionId partition, Checkpoint checkpoint) =>
        checkpoint.GoneAt is not null && source.Partitions is { AreLookedUp: false } partitions && partitions.Lists(partition.Partition)
            ? checkpoint with { GoneAt = null }
            : checkpoint;

    /// <summary>Whether the source has a partition now.</summary>
    public static bool IsCurrent(SourceDefinition source, PartitionId partition, Checkpoint checkpoint) =>
        source.Partitions is not { } partitions ? partition.Partition == PartitionId.Single
        : !partitions.AreLookedUp ? partitions.Lists(partition.Partition)
        : partition.IsDiscovery || (checkpoint.ETag != default && checkpoint.GoneAt is null && partitions.ValuesOf(partition.Partition) is not null);
}
