using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>What a tick found.</summary>
/// <param name="Sources">The sources that are polled.</param>
/// <param name="Destinations">Names of the destinations.</param>
/// <param name="Partitions">What each partition's state follows from.</param>
/// <param name="Waiting">What waits for destinations.</param>
/// <param name="Fetches">About how many messages are in queue <c>fetch</c>.</param>
public sealed record TickFacts(
    IReadOnlyList<SourceDefinition> Sources,
    IReadOnlyList<string> Destinations,
    IReadOnlyList<PartitionFacts> Partitions,
    WaitingBatches Waiting,
    int Fetches);
