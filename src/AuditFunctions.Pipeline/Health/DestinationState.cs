using AuditFunctions.Configuration;
using AuditFunctions.Pipeline.Storage.Destinations;

namespace AuditFunctions.Pipeline.Health;

/// <summary>How a destination is doing, in one word.</summary>
public enum DestinationHealth
{
    /// <summary>It takes batches.</summary>
    Ok,

    /// <summary>Nothing was sent to it for a while.</summary>
    Idle,

    /// <summary>It takes batches, and many wait.</summary>
    Draining,

    /// <summary>Deliveries fail; they are tried again by themselves.</summary>
    Failing,

    /// <summary>It takes nothing until somebody changes something.</summary>
    Refused,

    /// <summary>Nothing was ever sent to it.</summary>
    NeverUsed,

    /// <summary>Its row is wrong, or missing.</summary>
    BadRow,
}

/// <summary>How a destination is doing.</summary>
/// <param name="Health">In one word.</param>
/// <param name="SinceAt">Since when, for <see cref="DestinationHealth.Failing"/> and <see cref="DestinationHealth.Refused"/>.</param>
/// <param name="Waiting">About how many batches wait for it.</param>
/// <param name="Reason">Why, where the word does not say it.</param>
public sealed record DestinationState(DestinationHealth Health, long Waiting, DateTimeOffset? SinceAt = null, string? Reason = null)
{
    // Counts are written down in such steps: fewer may be none at all.
    private const int Many = DestinationBacklog.MaxUnwritten;

    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    /// <summary>Whether it takes what is sent to it, as far as that is ours to tell.</summary>
    public bool IsWell => Health is not (DestinationHealth.Failing or DestinationHealth.Refused or DestinationHealth.BadRow);

    /// <summary>Tells a state.</summary>
    /// <param name="problem">What is wrong with its row, or that it has none; null when nothing is.</param>
    /// <param name="record">What all instances know of it; null when it was never used.</param>
    /// <param name="waiting">About how many batches wait for it.</param>
    /// <param name="lastDeliveryAt">When a batch was last delivered to it, if that is known.</param>
    /// <param name="now">The clock.</param>
    public static DestinationState Of(string? problem, DestinationRecord? record, long waiting, DateTimeOffset? lastDeliveryAt, DateTimeOffset now) =>
        problem is not null ? new DestinationState(DestinationHealth.BadRow, waiting, Reason: problem)
        : record is { Failures: > 0, NeedsAttention: true } ? new DestinationState(DestinationHealth.Refused, waiting, record.FailingSinceAt, record.Reason)
        : record is { Failures: > 0 } ? new DestinationState(DestinationHealth.Failing, waiting, record.FailingSinceAt, record.Reason)
        : waiting > Many ? new DestinationState(DestinationHealth.Draining, waiting)
        : now - lastDeliveryAt <= Lately ? new DestinationState(DestinationHealth.Ok, waiting)
        : record is null && lastDeliveryAt is null ? new DestinationState(DestinationHealth.NeverUsed, waiting)
        : new DestinationState(DestinationHealth.Idle, waiting);

    /// <summary>The state in words, with its instant as time of day in UTC (with the date when it is another day).</summary>
    public string Describe(DateTimeOffset now) => Health switch
    {
        DestinationHealth.Ok => "ok",
        DestinationHealth.Idle => "idle",
        DestinationHealth.Draining => $"draining ({Waiting:N0} wait)",
        DestinationHealth.Failing => "failing" + Since(now),
        DestinationHealth.Refused => "refused" + Since(now),
        DestinationHealth.NeverUsed => "never used",
        DestinationHealth.BadRow => "bad row",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private string Since(DateTimeOffset now) => SinceAt is { } since ? " since " + Instants.Short(since, now) : "";
}
