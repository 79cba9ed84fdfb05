using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Removes what was remembered of events that are not listed again, and of destinations that are gone.</summary>
public sealed class StateSweep(CheckpointStore checkpoints, SeenStore seen, DestinationRecords records, DefinitionCache definitions, Random random)
{
    /// <summary>How long a partition's row is kept that its source has no more: one that comes back goes on where it was.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    /// <summary>Removes it.</summary>
    /// <returns>How many segments of ids and records of destinations.</returns>
    public async Task<(int Segments, int Records)> RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await RetiredAsync(await checkpoints.ListAsync(null, cancellationToken), now, cancellationToken);
        var indexes = rows.Where(row => row.Checkpoint.Seen is not null).Select(row => (row.Partition, row.Checkpoint.Seen!));
        var segments = await seen.SweepAsync(indexes, rows.SelectMany(row => ListingStore.FoldersOf(row.Partition, row.Checkpoint.Window?.OpenedAt, row.Checkpoint.LastListing)).ToHashSet(StringComparer.Ordinal), now, cancellationToken);
        var known = await definitions.DestinationsAsync(TimeSpan.Zero, cancellationToken);
        return (segments, await records.SweepAsync([.. known.Keys], now, cancellationToken));
    }

    // Marks what a source has no more, and removes it when its time is over. Whatever is left is given back.
    private async Task<IReadOnlyList<(PartitionId Partition, Checkpoint Checkpoint)>> RetiredAsync(
        IReadOnlyList<(PartitionId Partition, Checkpoint Checkpoint)> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sources = await definitions.SourcesAsync(DefinitionCache.UsualMaxAge, cancellationToken);
        var left = new List<(PartitionId, Checkpoint)>();
        foreach (var (partition, checkpoint) in rows)
        {
            var noted = sources.GetValueOrDefault(partition.Source)?.Definition is { Partitions: not null } source ? Noted(source, partition, checkpoint, now) : checkpoint;
            if (noted.GoneAt < now - KeptFor && await checkpoints.TryRemoveAsync(partition, checkpoint, cancellationToken))
            {
                continue;
            }

            var kept = noted.GoneAt == checkpoint.GoneAt || checkpoint.IsLeased(now) ? checkpoint
                : await checkpoints.TryWriteAsync(partition, noted with { WriteId = random.NextId() }, null, cancellationToken) ?? checkpoint;
            left.Add((partition, kept));
        }

        return left;
    }

    // One that the row names again must not lose its place because of a time when it did not.
    private static Checkpoint Noted(SourceDefinition source, PartitionId partition, Checkpoint checkpoint, DateTimeOffset now) =>
        SourcePartitions.Has(source, partition, checkpoint) ? SourcePartitions.Listed(source, partition, checkpoint)
        : checkpoint.GoneAt is null ? checkpoint with { GoneAt = now }
        : checkpoint;
}
