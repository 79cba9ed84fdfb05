using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Which partitions a source has. The one place that the scheduler and the fetch ask, so that a message can invent none.</summary>
internal static class SourcePartitions
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<PartitionId> Of(SourceDefinition source) => [new PartitionId(source.Name, PartitionId.Single)];

    /// <summary>Whether a partition is one of them.</summary>
    public static bool Has(SourceDefinition source, PartitionId partition) => Of(source).Contains(partition);
}
