using System.Text.Json;
using AuditFunctions.Operations.Status;

namespace AuditFunctions.Cli.Output;

/// <summary>How an installation is doing.</summary>
internal sealed record StatusShape(DateTimeOffset At, IReadOnlyList<PartitionShape> Partitions, QueueShape FetchQueue, QueueShape ShipQueue, int DeadLetters, IReadOnlyList<DestinationStatusShape> Destinations, DateTimeOffset? LastTick, int Poisoned, IReadOnlyList<string> Attention)
{
    public static StatusShape Of(InstallationStatus status) =>
        new(status.At, [.. status.Partitions.Select(PartitionShape.Of)], QueueShape.Of(status.FetchQueue), QueueShape.Of(status.ShipQueue), status.DeadLetters, [.. status.Destinations.Select(DestinationStatusShape.Of)], status.LastTickAt, status.Poisoned, status.Attention);
}

/// <summary>How a queue is doing.</summary>
internal sealed record QueueShape(int Messages, DateTimeOffset? Oldest)
{
    public static QueueShape Of(QueueReport queue) => new(queue.Messages, queue.OldestAt);
}

/// <summary>How a destination is doing.</summary>
internal sealed record DestinationStatusShape
{
    public required string Destination { get; init; }

    /// <summary>ok, idle, draining, failing, refused, neverUsed or badRow.</summary>
    public required string State { get; init; }

    public required DateTimeOffset? Since { get; init; }

    /// <summary>Batches that wait for it, about.</summary>
    public required long Waiting { get; init; }

    public required DateTimeOffset? LastDelivery { get; init; }

    public required DateTimeOffset? NextTry { get; init; }

    public required string? Error { get; init; }

    public static DestinationStatusShape Of(DestinationReport report) => new()
    {
        Destination = report.Name,
        State = JsonNamingPolicy.CamelCase.ConvertName(report.State.Health.ToString()),
        Since = report.State.SinceAt,
        Waiting = report.State.Waiting,
        LastDelivery = report.LastDeliveryAt,
        NextTry = report.NextTryAt,
        Error = report.State.Reason,
    };
}

/// <summary>How a partition is doing.</summary>
internal sealed record PartitionShape
{
    public required string Source { get; init; }

    public required string Partition { get; init; }

    /// <summary>ok, idle, silent, catchingUp, throttled, backedOff, failing, blocked, overdue, neverPolled, paused, badRow or noRow.</summary>
    public required string State { get; init; }

    public required DateTimeOffset? Since { get; init; }

    public required DateTimeOffset? Until { get; init; }

    public required DateTimeOffset? HighWaterMark { get; init; }

    /// <summary>From an event to its delivery; median of the latest batches.</summary>
    public required double? DeliverySeconds { get; init; }

    /// <summary>From the fetch of a page to its delivery; median of the latest batches.</summary>
    public required double? RunSeconds { get; init; }

    public required long Events { get; init; }

    /// <summary>Events that processors left out, by the processor.</summary>
    public required IReadOnlyDictionary<string, long> Dropped { get; init; }

    public required DateTimeOffset? LastPoll { get; init; }

    public required string? Error { get; init; }

    public required DateTimeOffset? NextPoll { get; init; }

    public required IReadOnlyList<TierShape> Tiers { get; init; }

    /// <summary>The last complete listing, of a snapshot source.</summary>
    public ListingShape? Listing { get; init; }

    /// <summary>What makes it doubtful that all events are read, though polls go well.</summary>
    public string? Doubt { get; init; }

    /// <summary>The last stretch whose events may be missing.</summary>
    public GapShape? Gap { get; init; }

    public static PartitionShape Of(PartitionReport report) => new()
    {
        Source = report.Partition.Source,
        Partition = report.Partition.Partition,
        State = JsonNamingPolicy.CamelCase.ConvertName(report.State.Health.ToString()),
        Since = report.State.SinceAt,
        Until = report.State.UntilAt,
        HighWaterMark = report.MarkAt,
        DeliverySeconds = report.Delivery?.Delivery?.TotalSeconds,
        RunSeconds = report.Delivery?.Run.TotalSeconds,
        Events = report.Events,
        Dropped = report.Dropped.ByName,
        LastPoll = report.LastPollAt,
        Error = report.Error,
        NextPoll = report.NextPollAt,
        Doubt = report.Doubt,
        Tiers = TierShape.Of(report.Tiers),
        Listing = report.Listing is { } last ? new ListingShape(last.Objects, last.StartedAt, last.EndedAt, last.Doubt) : null,
        Gap = report.Gap is { } gap ? new GapShape(gap.FromAt, gap.ToAt, gap.FoundAt) : null,
    };
}

/// <summary>A stretch whose events may be missing.</summary>
internal sealed record GapShape(DateTimeOffset From, DateTimeOffset To, DateTimeOffset Found);

/// <summary>A listing that was complete.</summary>
internal sealed record ListingShape(long Objects, DateTimeOffset Started, DateTimeOffset Ended, string? Doubt);
