using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>The last proved listings of a source's partitions, of which its table is made. Thread safe.</summary>
/// <param name="checkpoints">Where they stand.</param>
/// <param name="listings">What they hold.</param>
internal sealed class PartitionListings(CheckpointStore checkpoints, ListingStore listings)
{
    /// <summary>Reads which there are.</summary>
    /// <param name="source">The source.</param>
    /// <param name="own">The partition that has just proved its own.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>By the partitions' names; or why no table can be made of them. Neither where another partition is about to prove its own and make the table.</returns>
    public async Task<(IReadOnlyList<(PartitionId Partition, LastListing Listing)>? All, string? Problem)> ReadAsync(
        SourceDefinition source, PartitionId own, CancellationToken cancellationToken)
    {
        var stored = (await checkpoints.ListAsync(source.Name, cancellationToken)).ToDictionary(row => row.Partition, row => row.Checkpoint);
        var all = new List<(PartitionId, LastListing)>();
        foreach (var partition in SourcePartitions.Of(source, stored).OrderBy(one => one.Partition, StringComparer.Ordinal))
        {
            var checkpoint = stored.GetValueOrDefault(partition) ?? new Checkpoint();
            if (partition.IsDiscovery || !SourcePartitions.IsCurrent(source, partition, checkpoint))
            {
                continue;
            }

            if (partition != own && checkpoint is { Window: not null, Listing: { IsRead: false, Doubt: null }, Status.Failures: 0 })
            {
                return (null, null);
            }

            if (ProblemOf(checkpoint.LastListing, source.Snapshot!) is { } problem)
            {
                return (null, $"partition '{partition.Partition}' {problem}");
            }

            all.Add((partition, checkpoint.LastListing!));
        }

        return (all, null);
    }

    /// <summary>The objects of a listing, with the content that counts.</summary>
    public async Task<ListingMemory> ObjectsAsync(PartitionId partition, LastListing listing, CancellationToken cancellationToken)
    {
        var memory = new ListingMemory();
        await listings.ReadAsync(partition, listing.StartedAt, listing.Blocks, (_, key, content, _) => memory.List(key, content), cancellationToken);
        return memory;
    }

    private static string? ProblemOf(LastListing? last, SnapshotDefinition snapshot) =>
        last is null || last.Mark != snapshot.Mark ? "has not been listed yet"
        : last.Doubt is { } doubt ? $"has a listing in doubt: {doubt}"
        : last.Keep != snapshot.KeepMark ? "was listed before 'snapshot.keep' was edited; its next listing has the new fields"
        : null;
}
