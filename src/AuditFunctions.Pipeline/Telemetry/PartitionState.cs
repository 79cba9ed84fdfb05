using AuditFunctions.Pipeline.Definitions;
using AuditFunctions.Pipeline.State;

namespace AuditFunctions.Pipeline.Telemetry;

/// <summary>How a partition is doing, in one word.</summary>
public enum PartitionHealth
{
    /// <summary>Polled in time, and events came lately.</summary>
    Ok,

    /// <summary>Polled in time; no events for a while.</summary>
    Idle,

    /// <summary>A window is being read, or was left in the middle and goes on.</summary>
    CatchingUp,

    /// <summary>The vendor told us to wait.</summary>
    Throttled,

    /// <summary>The last poll failed; it is tried again by itself.</summary>
    BackedOff,

    /// <summary>Polls keep failing, or somebody has to change something.</summary>
    Failing,

    /// <summary>Not polled for much longer than its interval: probably nothing runs.</summary>
    Overdue,

    /// <summary>Never polled.</summary>
    NeverPolled,

    /// <summary>Its row says that it is not polled.</summary>
    Paused,

    /// <summary>Its row, or that of its destination, is wrong.</summary>
    BadRow,
}

/// <summary>How a partition is doing.</summary>
/// <param name="Health">In one word.</param>
/// <param name="SinceAt">Since when, for <see cref="PartitionHealth.Failing"/> and <see cref="PartitionHealth.Overdue"/>.</param>
/// <param name="UntilAt">Until when, for <see cref="PartitionHealth.Throttled"/> and <see cref="PartitionHealth.BackedOff"/>.</param>
public sealed record PartitionState(PartitionHealth Health, DateTimeOffset? SinceAt = null, DateTimeOffset? UntilAt = null)
{
    // Failed polls in a row after which it is no hiccup any more.
    private const int ManyFailures = 3;

    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    /// <summary>Tells a state.</summary>
    /// <param name="isBad">Whether something is wrong with its row or destinations.</param>
    /// <param name="isEnabled">Whether the row says that it is polled.</param>
    /// <param name="interval">How often it is polled.</param>
    /// <param name="checkpoint">Its checkpoint, or null when there is none.</param>
    /// <param name="idleStatusInterval">How old an idle partition's status may be by itself.</param>
    /// <param name="now">The clock.</param>
    public static PartitionState Of(bool isBad, bool isEnabled, TimeSpan interval, Checkpoint? checkpoint, TimeSpan idleStatusInterval, DateTimeOffset now)
    {
        if (!isEnabled)
        {
            return new PartitionState(PartitionHealth.Paused);
        }

        if (isBad)
        {
            return new PartitionState(PartitionHealth.BadRow);
        }

        if (checkpoint is null || (checkpoint.Status.LastPollAt is null && !checkpoint.IsLeased(now)))
        {
            return new PartitionState(PartitionHealth.NeverPolled);
        }

        var status = checkpoint.Status;
        var expectedAt = status.NextPollAt > status.LastPollAt ? status.NextPollAt : status.LastPollAt;
        if (!checkpoint.IsLeased(now) && now - expectedAt > idleStatusInterval + (2 * interval) + TimeSpan.FromMinutes(1))
        {
            return new PartitionState(PartitionHealth.Overdue, SinceAt: status.LastPollAt);
        }

        return status.Failures > 0 ? OfFailure(status, now)
            : checkpoint.IsLeased(now) || checkpoint.Window is not null ? new PartitionState(PartitionHealth.CatchingUp)
            : now - status.LastFetchAt <= (3 * interval > Lately ? 3 * interval : Lately) ? new PartitionState(PartitionHealth.Ok)
            : new PartitionState(PartitionHealth.Idle);
    }

    /// <summary>The state in words, with its instant as time of day in UTC (with the date when it is another day).</summary>
    public string Describe(DateTimeOffset now) => Health switch
    {
        PartitionHealth.Ok => "ok",
        PartitionHealth.Idle => "idle",
        PartitionHealth.CatchingUp => "catching up",
        PartitionHealth.Throttled => "throttled" + Instant(" until ", UntilAt, now),
        PartitionHealth.BackedOff => "backed off" + Instant(" until ", UntilAt, now),
        PartitionHealth.Failing => "failing" + Instant(" since ", SinceAt, now),
        PartitionHealth.Overdue => "not polled" + Instant(" since ", SinceAt, now),
        PartitionHealth.NeverPolled => "never polled",
        PartitionHealth.Paused => "paused",
        PartitionHealth.BadRow => "bad row",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static PartitionState OfFailure(PartitionStatus status, DateTimeOffset now)
    {
        var until = status.NextPollAt > now ? status.NextPollAt : null;
        return status.IsThrottled ? new PartitionState(PartitionHealth.Throttled, UntilAt: until)
            : status.NeedsAttention || status.Failures >= ManyFailures ? new PartitionState(PartitionHealth.Failing, SinceAt: status.FailingSinceAt, UntilAt: until)
            : new PartitionState(PartitionHealth.BackedOff, UntilAt: until);
    }

    private static string Instant(string word, DateTimeOffset? at, DateTimeOffset now) => at is { } known ? word + Instants.Short(known, now) : "";
}
