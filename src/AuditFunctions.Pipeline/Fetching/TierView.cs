using AuditFunctions.Configuration;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>How a lookback tier of a partition stands, for people.</summary>
/// <param name="Tier">What it declares.</param>
/// <param name="ReadAt">When the last pass that read it wholly began; null when none did.</param>
/// <param name="DueAt">When it is due again; in the past or now when it waits for the next poll.</param>
/// <param name="FromAt">How deep a pass that begins now reaches: never before the first window, nor before what the vendor still has.</param>
/// <param name="ToAt">Where it begins: what is newer is read by every poll. Nothing is read while that is not after <paramref name="FromAt"/>.</param>
/// <param name="ReachedAt">How deep the pass that is under way has come; null when none is.</param>
public sealed record TierView(LookbackTier Tier, DateTimeOffset? ReadAt, DateTimeOffset DueAt, DateTimeOffset FromAt, DateTimeOffset ToAt, DateTimeOffset? ReachedAt)
{
    /// <summary>Its window and how often it is read, as in a definition: <c>3h every 15m</c>.</summary>
    public string Name => $"{Durations.Write(Tier.Window)} every {Durations.Write(Tier.Every)}";

    /// <summary>The tiers of a partition, in the order of the definition.</summary>
    public static IReadOnlyList<TierView> Of(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now) =>
    [
        .. timing.Tiers.Select(tier =>
        {
            var (from, to) = TierPlanner.RangeOf(tier, checkpoint, timing, now);
            var last = TierTimes.LastOf(checkpoint.TiersRead, tier);
            var reached = checkpoint.Sweep is { } sweep && sweep.Tier == Durations.Write(tier.Window) ? sweep.ToAt : (DateTimeOffset?)null;
            return new TierView(tier, last, last + tier.Every ?? now, from, to, reached);
        }),
    ];

    /// <summary>When it was read last, and how deep, in words.</summary>
    /// <param name="instant">Writes an instant.</param>
    public string LastPass(Func<DateTimeOffset, string> instant) =>
        ReachedAt is { } reached ? $"under way, down to {instant(reached)}"
            : ReadAt is { } read ? $"{instant(read)}, back to {instant(read - Tier.Window > FromAt ? read - Tier.Window : FromAt)}"
            : "none yet";

    /// <summary>What a pass that begins now would read, in words.</summary>
    /// <param name="instant">Writes an instant.</param>
    public string NextPass(Func<DateTimeOffset, string> instant) => ToAt > FromAt ? $"{instant(FromAt)} to {instant(ToAt)}" : "nothing yet";
}
