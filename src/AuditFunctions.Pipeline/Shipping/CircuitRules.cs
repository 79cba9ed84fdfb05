using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Destinations;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>What becomes of a destination's record when deliveries fail, succeed or ask to be the probe. No clock and no storage of its own.</summary>
internal static class CircuitRules
{
    /// <summary>Failed probes after which it is no hiccup any more: the destination counts as down.</summary>
    public const int ManyFailures = 3;

    /// <summary>Longest that a deferred batch sleeps.</summary>
    public static readonly TimeSpan LongestDeferral = TimeSpan.FromMinutes(15);

    // One request a minute, of all instances together, finds soon that a destination is back and harms nobody.
    private const int MostDoublings = 7;
    private static readonly TimeSpan ShortestCeiling = TimeSpan.FromMinutes(1);

    /// <summary>The record without times that nothing sets itself: a clock that ran ahead for a moment must not keep a destination from being asked until the clocks have caught up with it.</summary>
    public static DestinationRecord Plausible(DestinationRecord record, DateTimeOffset now)
    {
        record = record.OpenUntil - now > Checkpoint.Plausible ? record with { OpenUntil = null } : record;
        return record.ProbeUntil - now > Checkpoint.Plausible ? record with { ProbeOwner = null, ProbeUntil = null } : record;
    }

    /// <summary>Whether it is reported that the destination does not take events.</summary>
    public static bool IsDown(DestinationRecord record) => record.NeedsAttention || record.Failures >= ManyFailures;

    /// <summary>The record after a failed delivery. What was under way together and failed together counts once.</summary>
    public static DestinationRecord Failed(DestinationRecord record, string reason, TimeSpan? atLeast, bool needsAttention, DateTimeOffset now, Random random)
    {
        if (record.OpenUntil > now && record.Failures > 0)
        {
            // A later one may know more: how long to wait, or that somebody has to act.
            return now + atLeast > record.OpenUntil || needsAttention != record.NeedsAttention
                ? record with { OpenUntil = now + atLeast > record.OpenUntil ? now + atLeast : record.OpenUntil, NeedsAttention = needsAttention, Reason = reason }
                : record;
        }

        var failures = Math.Min(record.Failures, 1_000_000) + 1;
        var wait = Backoff.OfDelivery(Math.Min(failures, MostDoublings), random);
        return record with
        {
            Failures = failures,
            FailingSinceAt = record.FailingSinceAt ?? now,
            Reason = reason,
            NeedsAttention = needsAttention,
            OpenUntil = now + (atLeast > wait ? atLeast.Value : wait),
            ProbeOwner = null,
            ProbeUntil = null,
        };
    }

    /// <summary>The record with a delivery as its probe; unchanged while nobody may ask or another one asks. A probe that vanished without a word counts for as long as a claim.</summary>
    public static DestinationRecord Probed(DestinationRecord record, string owner, TimeSpan duration, DateTimeOffset now) =>
        record.Failures == 0 || record.OpenUntil > now || record.ProbeUntil > now ? record : record with { ProbeOwner = owner, ProbeUntil = now + duration };

    /// <summary>The record after a probe that did not ask after all.</summary>
    public static DestinationRecord Left(DestinationRecord record, string owner) =>
        record.ProbeOwner == owner ? record with { ProbeOwner = null, ProbeUntil = null } : record;

    /// <summary>
    /// How long a batch sleeps that came while the circuit is open. All are back within a quarter of the outage's length, and within 15 minutes;
    /// the more wait, the more they are spread, about one a second, so that a long outage costs next to nothing.
    /// </summary>
    public static TimeSpan Deferral(DestinationRecord record, DateTimeOffset now, Random random)
    {
        var open = record.OpenUntil > now ? record.OpenUntil.Value - now : TimeSpan.Zero;
        var age = now - (record.FailingSinceAt ?? now);
        var bySize = Max(TimeSpan.FromSeconds(Math.Min(record.Backlog, LongestDeferral.TotalSeconds)), ShortestCeiling);
        var most = Min(LongestDeferral, Max(Min(bySize, age / 4), open * 1.25, TimeSpan.FromSeconds(1.5)));
        var least = Min(open, most * 0.8);
        return least + ((most - least) * random.NextDouble());
    }

    private static TimeSpan Max(params ReadOnlySpan<TimeSpan> all)
    {
        var most = TimeSpan.Zero;
        foreach (var one in all)
        {
            most = one > most ? one : most;
        }

        return most;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
