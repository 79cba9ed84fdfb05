using AuditFunctions.Configuration;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Decides which slice of which lookback tier comes next, once the windows that move the mark are drained. A sweep starts where the next of those windows
/// will start, so that the two leave no gap, and goes back from there: an event that is late is late by little more often than by much. Where nothing
/// lies between the two, as in a source whose newest event is old, there is nothing to read and nothing to note.
/// </summary>
internal static class TierPlanner
{
    private static readonly TimeSpan LongestSlice = TimeSpan.FromHours(6);

    // Two instances' clocks may differ; what one of them may still read the other must not forget.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>The next slice; null when no tier is due.</summary>
    /// <param name="checkpoint">Where the partition stands.</param>
    /// <param name="timing">The declared tiers.</param>
    /// <param name="now">The instant.</param>
    public static PlannedWindow? Next(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now)
    {
        if (timing.Tiers.Count == 0 || checkpoint.Window is not null)
        {
            return null;
        }

        // A pass that stood still until the vendor keeps nothing of what was left of it has ended.
        var sweep = checkpoint.Sweep is { } open && TierOf(open, timing) is not null && (open.Slice is not null || BottomOf(open, checkpoint, timing, now) < open.ToAt)
            ? open
            : Due(checkpoint, timing, now);
        if (sweep?.Slice is { } slice)
        {
            return new PlannedWindow(slice, sweep.Cursor, IsTruncated: false, sweep);
        }

        return sweep is not null && BottomOf(sweep, checkpoint, timing, now) is var bottom && bottom < sweep.ToAt
            ? Slice(sweep, bottom, timing, now)
            : null;
    }

    /// <summary>The checkpoint once a slice is drained: the sweep goes on before it, or its tier is read.</summary>
    public static Checkpoint Drained(Checkpoint checkpoint, PlannedWindow planned, TimingDefinition timing, DateTimeOffset now)
    {
        var sweep = planned.Sweep! with { Slice = null, Cursor = null, ToAt = planned.Window.FromAt + EdgeOf(timing) };
        return TierOf(sweep, timing) is { } tier && planned.Window.FromAt <= BottomOf(sweep, checkpoint, timing, now)
            ? checkpoint with { Sweep = null, TiersRead = TierTimes.After(checkpoint.TiersRead, timing.Tiers, tier.Window, sweep.StartedAt) }
            : checkpoint with { Sweep = sweep };
    }

    /// <summary>How far back the tiers may still read; null without tiers.</summary>
    public static DateTimeOffset? ReachOf(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now)
    {
        if (timing.Tiers.Count == 0)
        {
            return null;
        }

        var start = checkpoint.Sweep is { } sweep && sweep.StartedAt < now ? sweep.StartedAt : now;
        return start - timing.Tiers[^1].Window - ClockSkew - WindowPlanner.GranularityOf(timing);
    }

    /// <summary>What a pass of a tier that begins now reads; nothing when it ends where it starts, or before.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) RangeOf(LookbackTier tier, Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now)
    {
        var sweep = SweepOf(tier, checkpoint, timing, now);
        return (BottomOf(sweep, checkpoint, timing, now), sweep.ToAt);
    }

    private static LookbackTier? TierOf(TierSweep sweep, TimingDefinition timing) =>
        timing.Tiers.FirstOrDefault(tier => Durations.Write(tier.Window) == sweep.Tier);

    // The deepest tier that is due covers the others.
    private static TierSweep? Due(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now)
    {
        // A pass in the future was begun by a clock that ran ahead: it says nothing.
        var due = timing.Tiers.LastOrDefault(tier => TierTimes.LastOf(checkpoint.TiersRead, tier) is not { } last || last + tier.Every <= now || last - now > Checkpoint.Plausible);
        if (due is null)
        {
            return null;
        }

        // Less than the granularity lies below while the polls' windows still start where the very first did.
        var sweep = SweepOf(due, checkpoint, timing, now);
        return TopOf(checkpoint, timing, now) - BottomOf(sweep, checkpoint, timing, now) > WindowPlanner.GranularityOf(timing) ? sweep : null;
    }

    private static TierSweep SweepOf(LookbackTier tier, Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now)
    {
        var top = TopOf(checkpoint, timing, now);
        return new TierSweep(Durations.Write(tier.Window), now, top < now - timing.Lag ? top : now - timing.Lag, null, null);
    }

    private static DateTimeOffset TopOf(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now) =>
        WindowPlanner.StartOf(checkpoint, timing, now) + WindowPlanner.GranularityOf(timing);

    private static DateTimeOffset BottomOf(TierSweep sweep, Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now)
    {
        var bottom = sweep.StartedAt - TierOf(sweep, timing)!.Window;

        // The vendor may round a bound down, and what lies before this one may be forgotten: rounded up it stays on the safe side.
        var remembered = WindowPlanner.Rounded((checkpoint.RememberedFromAt ?? WindowPlanner.StartOf(checkpoint, timing, now)).AddTicks(WindowPlanner.GranularityOf(timing).Ticks - 1), WindowPlanner.GranularityOf(timing));
        bottom = remembered > bottom ? remembered : bottom;
        return WindowPlanner.EarliestOf(checkpoint, timing, now) is { } earliest && earliest > bottom ? earliest : bottom;
    }

    private static PlannedWindow Slice(TierSweep sweep, DateTimeOffset bottom, TimingDefinition timing, DateTimeOffset now)
    {
        var longest = sweep.Longest < LongestOf(timing) ? sweep.Longest.Value : LongestOf(timing);
        var from = sweep.ToAt - bottom > longest ? sweep.ToAt - longest : bottom;
        var rounded = WindowPlanner.Rounded(from, timing.Granularity);
        from = rounded < bottom || sweep.ToAt - rounded > timing.MaxWindow ? from : rounded;
        var slice = new WindowInProgress(from, sweep.ToAt, now, null);
        return new PlannedWindow(slice, null, IsTruncated: false, sweep with { Slice = slice, Cursor = null });
    }

    private static TimeSpan LongestOf(TimingDefinition timing)
    {
        var longest = LongestSlice > 4 * WindowPlanner.GranularityOf(timing) ? LongestSlice : 4 * WindowPlanner.GranularityOf(timing);
        return timing.MaxWindow is { } most && most < longest ? most : longest;
    }

    // Slices overlap by the granularity, which the start of the newer one may leave out.
    private static TimeSpan EdgeOf(TimingDefinition timing)
    {
        var half = LongestOf(timing) / 2;
        return WindowPlanner.GranularityOf(timing) < half ? WindowPlanner.GranularityOf(timing) : half;
    }
}
