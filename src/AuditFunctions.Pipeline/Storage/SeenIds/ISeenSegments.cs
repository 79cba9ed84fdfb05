using AuditFunctions.Events;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Storage.SeenIds;

/// <summary>What a run needs of the segments of ids: the seam at which the model of a fetch stands in for storage.</summary>
internal interface ISeenSegments
{
    /// <summary>Adds ids to a segment as a block of their own; safe to repeat.</summary>
    Task AppendAsync(PartitionId partition, string epoch, string segment, long block, IReadOnlyList<EventKey> keys, CancellationToken cancellationToken);

    /// <summary>The ids of a segment's blocks up to a number, sorted, each once; empty when there is no such segment.</summary>
    Task<UInt128[]> ReadAsync(PartitionId partition, string epoch, string segment, long upToBlock, CancellationToken cancellationToken);
}
