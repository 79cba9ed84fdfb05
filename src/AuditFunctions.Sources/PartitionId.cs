using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>One independently checkpointed slice of a source.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Partition">The slice's name inside it; <see cref="Single"/> when the source has one.</param>
public readonly record struct PartitionId(string Source, string Partition)
{
    /// <summary>The partition of a source that has only one.</summary>
    public const string Single = PartitionKey.Single;

    /// <summary>Under which a source's partitions themselves are looked up.</summary>
    public static PartitionId DiscoveryOf(string source) => new(source, PartitionKey.Discovery);

    /// <summary>Whether the source's partitions are looked up under it.</summary>
    public bool IsDiscovery => Partition == PartitionKey.Discovery;

    /// <summary>The source, and the partition where it has more than one.</summary>
    public string Name => Partition == Single ? Source : ToString();

    /// <inheritdoc/>
    public override string ToString() => $"{Source}/{Partition}";
}
