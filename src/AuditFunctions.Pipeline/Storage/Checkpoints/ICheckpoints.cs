using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>What a run needs of the checkpoints: the seam at which the model of a fetch stands in for storage.</summary>
internal interface ICheckpoints
{
    /// <summary>Reads the recent ids that belong to a checkpoint; null when the row has changed since it was read.</summary>
    Task<RecentIds?> ReadRecentIdsAsync(PartitionId partition, Checkpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>Writes a checkpoint over the version that was read; null when somebody else has written meanwhile.</summary>
    Task<Checkpoint?> TryWriteAsync(PartitionId partition, Checkpoint checkpoint, RecentIds? ids, CancellationToken cancellationToken);
}
