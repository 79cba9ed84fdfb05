using AuditFunctions.Configuration;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Health;

/// <summary>How a partition is doing, in one word.</summary>
public enum PartitionHealth
{
    /// <summary>Polled in time, and events came lately.</summary>
    Ok,

    /// <summary>Polled in time; no events for a while.</summary>
    Idle,

    /// <summary>Polled in time; no events for longer than its row or template expects.</summary>
    Silent,

    /// <summary>A window is being read, or was left in the middle and goes on.</summary>
    CatchingUp,

    /// <summary>The vendor asked us to wait.</summary>
    Throttled,

    /// <summary>The last poll failed; it is tried again by itself.</summary>
    BackedOff,

    /// <summary>Polls keep failing, or somebody has to change something.</summary>
    Failing,

    /// <summary>Too many batches wait for one of its destinations: the vendor keeps the events meanwhile.</summary>
    Blocked,

    /// <summary>Not polled for much longer than its interval: probably nothing runs.</summary>
    Overdue,

    /// <summary>Never polled.</summary>
    NeverPolled,

    /// <summary>Its row says that it is not polled.</summary>
    Paused,

    /// <summary>The source has it no more, and it was read to its end.</summary>
    Retired,

    /// <summary>Its row, or that of its destination, is wrong.</summary>
    BadRow,

    /// <summary>It has a checkpoint and no row: somebody removed or renamed the source.</summary>
    NoRow,
}

/// <summary>How a partition is doing.</summary>
/// <param name="Health">In one word.</param>
/// <param name="SinceAt">Since when, for <see cref="PartitionHealth.Failing"/>, <see cref="PartitionHealth.Silent"/> and <see cref="PartitionHealth.Overdue"/>.</param>
/// <param name="UntilAt">Until when, for <see cref="PartitionHealth.Throttled"/> and <see cref="PartitionHealth.BackedOff"/>.</param>
/// <param name="Reason">Why, where the word does not say it.</param>
public sealed record PartitionState(PartitionHealth Health, DateTimeOffset? SinceAt = null, DateTimeOffset? UntilAt = null, string? Reason = null)
{
    // Failed polls in a row after which it is no hiccup any more.
    private const int ManyFailures = 3;

    // A vendor that lets us wait for so long without a page does not let us read what it has.
    private static readonly TimeSpan LongThrottled = TimeSpan.FromHours(6);

    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    /// <summary>Whether its events come as they should, as far as that is ours to tell.</summary>
    public bool IsWell => Health is not (PartitionHealth.Silent or PartitionHealth.Failing or PartitionHealth.Blocked or PartitionHealth.Overdue or PartitionHealth.BadRow or PartitionHealth.NoRow);

    /// <summary>Tells a state.</summary>
    /// <param name="facts">What is known of the partition.</param>
    /// <param name="now">The clock.</param>
    public static PartitionState Of(PartitionFacts facts, DateTimeOffset now)
    {
        if (!facts.HasRow)
        {
            return new PartitionState(PartitionHealth.NoRow, Reason: "the source has no row any more: it is not polled. A source of another name starts over.");
        }

        if (facts.IsRetired)
        {
            return new PartitionState(PartitionHealth.Retired, SinceAt: facts.Checkpoint?.GoneAt);
        }

        if (!facts.IsEnabled)
        {
            return new PartitionState(PartitionHealth.Paused);
        }

        if (facts.Problems.Count > 0)
        {
            return new PartitionState(PartitionHealth.BadRow, Reason: string.Join(" ", facts.Problems));
        }

        var checkpoint = facts.Checkpoint;
        if (checkpoint?.UnreadableColumn is { } column)
        {
            return new PartitionState(PartitionHealth.BadRow, Reason: WhyUnreadable(facts.Partition, column));
        }

        if (facts.Blocked is { } blocked)
        {
            return new PartitionState(PartitionHealth.Blocked, Reason: blocked);
        }

        if (checkpoint is null || (checkpoint.Status.LastPollAt is null && !checkpoint.IsLeased(now)))
        {
            return new PartitionState(PartitionHealth.NeverPolled);
        }

        var status = checkpoint.Status;
        var expectedAt = status.NextPollAt > status.LastPollAt ? status.NextPollAt : status.LastPollAt;
        var turn = facts.TickPause > facts.Interval ? facts.TickPause : facts.Interval;
        if (!checkpoint.IsLeased(now) && now - expectedAt > facts.IdleStatusInterval + (2 * turn) + TimeSpan.FromMinutes(1))
        {
            return new PartitionState(PartitionHealth.Overdue, SinceAt: status.LastPollAt, Reason: status.LastError ?? "nothing polls it: see whether the app runs and ticks");
        }

        var silent = SilentSince(facts, status, now) is { } since
            ? new PartitionState(PartitionHealth.Silent, SinceAt: since, Reason: $"an event is expected every {Durations.Write(facts.ExpectEvery!.Value)}; {WhyNone(status)}")
            : null;
        if (status.Failures > 0)
        {
            // A vendor's wish that we wait must not hide that events are missed.
            var failed = OfFailure(status, now);
            return failed.Health == PartitionHealth.Throttled && silent is not null ? silent : failed;
        }

        return silent is not null ? silent
            : checkpoint.IsLeased(now) || checkpoint.HasOpenWindow ? new PartitionState(PartitionHealth.CatchingUp)
            : now - status.LastFetchAt <= (3 * facts.Interval > Lately ? 3 * facts.Interval : Lately) ? new PartitionState(PartitionHealth.Ok)
            : new PartitionState(PartitionHealth.Idle);
    }

    /// <summary>The state in words, with its instant as time of day in UTC (with the date when it is another day).</summary>
    public string Describe(DateTimeOffset now) => Health switch
    {
        PartitionHealth.Ok => "ok",
        PartitionHealth.Idle => "idle",
        PartitionHealth.Silent => "silent" + Instant(" since ", SinceAt, now),
        PartitionHealth.CatchingUp => "catching up",
        PartitionHealth.Throttled => "throttled" + Instant(" until ", UntilAt, now),
        PartitionHealth.BackedOff => "backed off" + Instant(" until ", UntilAt, now),
        PartitionHealth.Failing => "failing" + Instant(" since ", SinceAt, now),
        PartitionHealth.Blocked => "blocked by destination",
        PartitionHealth.Overdue => "not polled" + Instant(" since ", SinceAt, now),
        PartitionHealth.NeverPolled => "never polled",
        PartitionHealth.Paused => "paused",
        PartitionHealth.Retired => "retired" + Instant(" since ", SinceAt, now),
        PartitionHealth.BadRow => "bad row",
        PartitionHealth.NoRow => "no row",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Why a partition is not polled whose checkpoint cannot be read.</summary>
    public static string WhyUnreadable(PartitionId partition, string column) =>
        $"its row in table Checkpoints (PartitionKey '{partition.Source}', RowKey '{partition.Partition}') cannot be read: column '{column}' holds something else than it should. "
        + "Correct that column, or remove the row: then the source starts over";

    private static PartitionState OfFailure(PartitionStatus status, DateTimeOffset now)
    {
        var until = status.NextPollAt > now ? status.NextPollAt : null;
        var isLong = status.IsThrottled ? now - status.FailingSinceAt > LongThrottled : status.Failures >= ManyFailures;
        return status.NeedsAttention || isLong ? new PartitionState(PartitionHealth.Failing, SinceAt: status.FailingSinceAt, UntilAt: until, Reason: status.LastError)
            : new PartitionState(status.IsThrottled ? PartitionHealth.Throttled : PartitionHealth.BackedOff, UntilAt: until, Reason: status.LastError);
    }

    private static string WhyNone(PartitionStatus status) => status.Failures > 0 ? $"the last poll brought none: {status.LastError}" : "polls succeed and bring none";

    private static DateTimeOffset? SilentSince(PartitionFacts facts, PartitionStatus status, DateTimeOffset now) =>
        facts.ExpectEvery is { } every && (status.LastFetchAt ?? status.FirstPollAt) is { } since && now - since > every ? since : null;

    private static string Instant(string word, DateTimeOffset? at, DateTimeOffset now) => at is { } known ? word + Instants.Short(known, now) : "";
}
