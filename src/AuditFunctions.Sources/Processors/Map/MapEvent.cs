using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>An event that is mapped, or an element inside it, with what its paths lead to.</summary>
internal readonly ref struct MapEvent
{
    /// <summary>Its bytes.</summary>
    public required ReadOnlySpan<byte> Json { get; init; }

    /// <summary>What stands at each path of the definition.</summary>
    public required ReadOnlySpan<JsonSlice> Slots { get; init; }

    /// <summary>What is known beside it.</summary>
    public required ProcessorCall Call { get; init; }
}
