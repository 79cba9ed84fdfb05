namespace AuditFunctions.Sources;

/// <summary>One independently checkpointed slice of a source.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Partition">The slice's name inside it; <see cref="Single"/> when the source has one.</param>
public readonly record struct PartitionId(string Source, string Partition)
{
    /// <summary>The partition of a source that has only one.</summary>
    public const string Single = "default";

    /// <inheritdoc/>
    public override string ToString() => $"{Source}/{Partition}";
}
