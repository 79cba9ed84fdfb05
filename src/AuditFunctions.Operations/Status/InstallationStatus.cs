using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;

namespace AuditFunctions.Operations.Status;

/// <summary>How an installation is doing.</summary>
/// <param name="At">When this was read.</param>
/// <param name="Partitions">Every partition of every source, in order.</param>
/// <param name="FetchQueue">Messages that ask to fetch.</param>
/// <param name="ShipQueue">Batches on their way.</param>
/// <param name="DeadLetters">Things in the dead-letter store.</param>
/// <param name="Destinations">Every destination, in order.</param>
/// <param name="LastTickAt">When the scheduler last looked which sources are due; null when it never did.</param>
public sealed record InstallationStatus(
    DateTimeOffset At,
    IReadOnlyList<PartitionReport> Partitions,
    QueueReport FetchQueue,
    QueueReport ShipQueue,
    int DeadLetters,
    IReadOnlyList<DestinationReport> Destinations,
    DateTimeOffset? LastTickAt)
{
    // A host that starts anew misses a tick or two of those that come every 30 seconds.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(90);

    /// <summary>Longest pause between two ticks, as the host that ticked last said.</summary>
    public TimeSpan TickPause { get; init; } = TickPace.Usual;

    /// <summary>Messages that the Functions host gave up on.</summary>
    public int Poisoned { get; init; }

    /// <summary>Rows of sources and destinations that nobody reads.</summary>
    public IReadOnlyList<MisplacedRow> Misplaced { get; init; } = [];

    /// <summary>Whether it is of sources that somebody named: then each of their partitions is wanted.</summary>
    public bool IsOfSources { get; init; }

    /// <summary>Whether only a part was asked for, so that what is not there may be elsewhere.</summary>
    public bool IsPart { get; init; }

    /// <summary>Whether a scheduler ticks: without one nothing is polled, whatever the rest says.</summary>
    public bool IsRunning => IsTicking(LastTickAt, TickPause, At);

    /// <summary>What needs somebody, a sentence each, the worst first; none when all is well.</summary>
    public IReadOnlyList<string> Attention =>
    [
        .. IsRunning ? [] : new[] { LastTickAt is { } tick ? $"nothing runs: last tick {Rounded.Of(At - tick)} ago" : "nothing runs: the scheduler has never ticked" },
        .. SourceGroups.Of(this).SelectMany(AttentionOf),
        .. Destinations.Where(report => !report.State.IsWell).Select(report => $"destination {report.Name} is {report.State.Describe(At)}"),
        .. Misplaced.Select(row => row.What),
        .. Poisoned > 0 ? [$"{Counted.Of(Poisoned, "message")} given up by the host"] : Array.Empty<string>(),
        .. DeadLetters > 0 ? [Counted.Of(DeadLetters, "dead letter")] : Array.Empty<string>(),
    ];

    private IEnumerable<string> AttentionOf(SourceGroup group) => group.IsSummarised && !group.IsWell
        ? [$"source {group.Source}: of {group.Partitions.Count:N0} partitions {group.Unwell.Count():N0} need{(group.Unwell.Count() == 1 ? "s" : "")} attention, first {group.Partitions[0].Partition.Partition}, which is {group.Partitions[0].State.Describe(At)}"]
        : group.Unwell.Select(report => $"source {report.Name} is {report.State.Describe(At)}");

    /// <summary>Whether the scheduler ticked lately enough.</summary>
    internal static bool IsTicking(DateTimeOffset? lastTickAt, TimeSpan pause, DateTimeOffset now) => now - lastTickAt <= pause + Late;
}

/// <summary>How a queue is doing.</summary>
/// <param name="Messages">About how many messages, hidden ones too.</param>
/// <param name="OldestAt">When the oldest visible one was sent; null when none is visible.</param>
public sealed record QueueReport(int Messages, DateTimeOffset? OldestAt);

/// <summary>How a destination is doing, and why.</summary>
/// <param name="Name">Which.</param>
/// <param name="State">How it is doing.</param>
/// <param name="LastDeliveryAt">When it last took a batch, as far as that is known.</param>
/// <param name="NextTryAt">When it is asked again, while its circuit is open.</param>
public sealed record DestinationReport(string Name, DestinationState State, DateTimeOffset? LastDeliveryAt, DateTimeOffset? NextTryAt);

/// <summary>How a partition is doing, and why.</summary>
public sealed record PartitionReport
{
    /// <summary>Which.</summary>
    public required PartitionId Partition { get; init; }

    /// <summary>For people: the source, and the partition where it has more than one.</summary>
    public string Name => Partition.Name;

    /// <summary>How it is doing.</summary>
    public required PartitionState State { get; init; }

    /// <summary>The newest event time of a drained window.</summary>
    public DateTimeOffset? MarkAt { get; init; }

    /// <summary>How long its events take; null when none was delivered lately.</summary>
    public DeliveryTime? Delivery { get; init; }

    /// <summary>Events fetched so far.</summary>
    public long Events { get; init; }

    /// <summary>Events that processors left out so far.</summary>
    public DroppedEvents Dropped { get; init; } = DroppedEvents.None;

    /// <summary>When it was last polled; an idle one's is refreshed every quarter of an hour only.</summary>
    public DateTimeOffset? LastPollAt { get; init; }

    /// <summary>Why it is not doing well: why the last poll failed, what is wrong with its row, what it waits for.</summary>
    public string? Error { get; init; }

    /// <summary>When it is polled next; null when it is not.</summary>
    public DateTimeOffset? NextPollAt { get; init; }

    /// <summary>The last complete listing, of a snapshot source.</summary>
    public LastListing? Listing { get; init; }

    /// <summary>What makes it doubtful that all events are read, though polls go well.</summary>
    public string? Doubt { get; init; }

    /// <summary>The last stretch whose events may be missing, where it was found in the last 30 days.</summary>
    public Gap? Gap { get; init; }

    /// <summary>Its lookback tiers.</summary>
    public IReadOnlyList<TierView> Tiers { get; init; } = [];
}
