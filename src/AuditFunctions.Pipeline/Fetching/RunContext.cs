using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What one run is about. Does not change while it runs.</summary>
/// <param name="Source">The source's definition.</param>
/// <param name="Destinations">Where its events go.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Read">Its checkpoint as the run found it.</param>
/// <param name="Services">What runs stand on.</param>
internal sealed record RunContext(
    SourceDefinition Source,
    IReadOnlyList<DestinationDefinition> Destinations,
    PartitionId Partition,
    Checkpoint Read,
    FetchServices Services)
{
    /// <summary>When the run began.</summary>
    public DateTimeOffset StartedAt { get; } = Services.Time.GetUtcNow();

    /// <summary>Where the events come from, as frames say it to destinations.</summary>
    public BodyContext Origin { get; } = new(Partition.Source, Partition.Partition) { Template = Source.Template, Vendor = Source.Vendor };

    /// <summary>The partition's values by level; empty where the source has one partition.</summary>
    public IReadOnlyDictionary<string, string> Values { get; } = SourcePartitions.ValuesOf(Source, Partition);

    /// <summary>Asks for the answers of the items that the source lists; null where its pages hold the events.</summary>
    public ExpandedPages? Expanded { get; } = Source.Expand is null ? null : new ExpandedPages(Services.Vendor, Services.Time);

    /// <summary>The clock.</summary>
    public DateTimeOffset Now => Services.Time.GetUtcNow();

    /// <summary>
    /// Whether the run before ended well, with everything read: then nobody can have sent what this one finds, and the ledger need not be asked.
    /// </summary>
    public bool WasCaughtUp => Read is { MarkAt: not null, HasOpenWindow: false, LeaseOwner: null };
}
