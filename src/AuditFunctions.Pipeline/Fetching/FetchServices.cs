using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What a run stands on.</summary>
internal sealed record FetchServices(
    ICheckpoints Checkpoints,
    ISeenSegments Seen,
    IPageSource Vendor,
    IBatchSink Packing,
    PageQuarantine Quarantine,
    PipelineMetrics Metrics,
    FetchingOptions Options,
    TimeProvider Time,
    Random Random,
    ILogger Log,
    Func<PartitionId, CancellationToken, Task> Continue)
{
    /// <summary>How long a lease lasts under which a batch is delivered: it must outlast the delivery, and nothing renews it meanwhile.</summary>
    public TimeSpan DirectLease { get; init; } = Options.LeaseDuration;

    /// <summary>Applies processors; only sources that have some need it.</summary>
    public PageProcessing? Processing { get; init; }

    /// <summary>Keeps what listings hold; only snapshot sources need it.</summary>
    public ListingStore? Listings { get; init; }

    /// <summary>Keeps and writes the tables of listings; only snapshot sources that have one need it.</summary>
    public TableWriting? Tables { get; init; }

    /// <summary>Counts events whose bytes have changed.</summary>
    public ChangedIds Changed { get; } = new(Metrics, Log);

    /// <summary>Reports doubts about what sources read.</summary>
    public Doubts Doubts { get; } = new(Log);
}
