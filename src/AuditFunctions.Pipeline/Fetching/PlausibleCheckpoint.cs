using System.Diagnostics.CodeAnalysis;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Corrects a checkpoint that lies ahead of the clock, as one does that was written while a clock was wrong, or by somebody's hand: its windows would be
/// empty until the time has come, and what happens until then left out. It goes on from the last event.
/// </summary>
internal static class PlausibleCheckpoint
{
    // The clocks of two instances differ by less.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>What lies ahead, and where; null when nothing does.</summary>
    public static (string What, DateTimeOffset At)? AheadOf(Checkpoint checkpoint, DateTimeOffset now)
    {
        var limit = now + Skew;
        return checkpoint.MarkAt > limit ? ("the mark", checkpoint.MarkAt.Value)
            : checkpoint.ReadToAt > limit ? ("how far it was read", checkpoint.ReadToAt.Value)
            : checkpoint.CaughtUpAt > limit ? ("how far it was read", checkpoint.CaughtUpAt.Value)
            : checkpoint.KeptFromAt > limit ? ("from when on the vendor has events", checkpoint.KeptFromAt.Value)
            : IsAhead(checkpoint.Window, limit) ? ("the window in progress", checkpoint.Window.ToAt)
            : checkpoint.Split?.ToAt > limit ? ("the window in progress", checkpoint.Split.ToAt)
            : IsAhead(checkpoint.Sweep, limit) ? ("the lookback tier that is being read", checkpoint.Sweep.ToAt)
            : checkpoint.RememberedFromAt > limit ? ("what is remembered", checkpoint.RememberedFromAt.Value)
            : null;
    }

    /// <summary>The checkpoint with nothing ahead of the clock.</summary>
    /// <param name="checkpoint">Before.</param>
    /// <param name="ids">The ids of the events that were sent last, with their times.</param>
    /// <param name="timing">Where the very first window starts.</param>
    /// <param name="now">The instant.</param>
    public static Checkpoint Corrected(Checkpoint checkpoint, RecentIds ids, TimingDefinition timing, DateTimeOffset now)
    {
        var limit = now + Skew;
        var mark = checkpoint.MarkAt <= limit ? checkpoint.MarkAt : null;
        var readTo = checkpoint.ReadToAt <= limit ? checkpoint.ReadToAt : null;
        var first = timing.Since < now ? timing.Since.Value : now - timing.Lookback;
        if (mark is null && checkpoint.MarkAt is not null)
        {
            mark = ids.NewestUpTo(now) ?? (checkpoint.Seen?.ToAt <= now ? checkpoint.Seen.ToAt : readTo ?? first);
        }

        // A merge cannot remove a column: where nothing was read, the start of the very first window stands for it.
        readTo ??= checkpoint.ReadToAt is null ? null : mark ?? first;
        var drops = IsAhead(checkpoint.Window, limit) || checkpoint.Split?.ToAt > limit;
        return checkpoint with
        {
            MarkAt = mark,
            ReadToAt = readTo,
            CaughtUpAt = checkpoint.CaughtUpAt > limit ? now : checkpoint.CaughtUpAt,
            KeptFromAt = checkpoint.KeptFromAt > limit ? mark ?? now : checkpoint.KeptFromAt,
            Window = drops ? null : checkpoint.Window,
            Split = drops ? null : checkpoint.Split,
            Cursor = drops && checkpoint.Window is not null ? null : checkpoint.Cursor,
            Sweep = IsAhead(checkpoint.Sweep, limit) ? null : checkpoint.Sweep,
            RememberedFromAt = checkpoint.RememberedFromAt > limit ? mark ?? now : checkpoint.RememberedFromAt,
        };
    }

    private static bool IsAhead([NotNullWhen(true)] WindowInProgress? window, DateTimeOffset limit) => window is not null && (window.ToAt > limit || window.OpenedAt > limit);

    private static bool IsAhead([NotNullWhen(true)] TierSweep? sweep, DateTimeOffset limit) => sweep is not null && (sweep.StartedAt > limit || sweep.ToAt > limit);
}
