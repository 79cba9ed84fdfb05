using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What a checkpoint becomes at each step of a run. Pure: a run does the steps, and their order is the guarantee.</summary>
internal static class FetchSteps
{
    /// <summary>A page of a window is to be read from a cursor on: the frozen window and the cursor, so that a stop repeats this very page.</summary>
    public static Checkpoint At(Checkpoint checkpoint, PlannedWindow planned, WindowInProgress window, string? cursor) => planned.Sweep is { } sweep
        ? checkpoint with { Sweep = sweep with { Slice = window, Cursor = cursor } }
        : checkpoint with { Window = window, Cursor = cursor };

    /// <summary>The window with the newest time of a page that was read in it.</summary>
    public static WindowInProgress Seen(WindowInProgress window, DateTimeOffset? newestAt) =>

        // Vendors write an instant before 1970 for none, such as the year 1: no progress can be read from it.
        newestAt is { } newest && newest > DateTimeOffset.UnixEpoch && !(window.NewestAt >= newest) ? window with { NewestAt = newest } : window;

    /// <summary>A window is read to its end. Only here the mark moves, and never for a slice of a tier.</summary>
    /// <param name="checkpoint">Before.</param>
    /// <param name="planned">What was read.</param>
    /// <param name="window">The window with the newest time seen in it.</param>
    /// <param name="kept">The cursor to keep, with progress by cursor.</param>
    /// <param name="source">The definition.</param>
    /// <param name="now">The instant.</param>
    public static Checkpoint Drained(Checkpoint checkpoint, PlannedWindow planned, WindowInProgress window, string? kept, SourceDefinition source, DateTimeOffset now)
    {
        if (planned.Sweep is not null)
        {
            return TierPlanner.Drained(checkpoint, planned, source.Timing, now);
        }

        var isFirst = checkpoint is { MarkAt: null, TiersRead: null };
        return checkpoint with
        {
            MarkAt = WindowPlanner.MarkAfter(checkpoint.MarkAt, window, source.Progress, now),
            ReadToAt = planned.IsTruncated ? window.ToAt : checkpoint.ReadToAt,
            Window = null,
            Cursor = kept,

            // The very first window reads what the tiers would read again at once.
            TiersRead = isFirst && source.Timing.Tiers.Count > 0
                ? TierTimes.After(null, source.Timing.Tiers, TimeSpan.MaxValue, window.OpenedAt)
                : checkpoint.TiersRead,
        };
    }

    /// <summary>
    /// The vendor does not take a cursor any more. A slice starts again. An ascending window goes on from the newest event seen; the others start again,
    /// since older events may still be missing.
    /// </summary>
    public static Checkpoint CursorDropped(Checkpoint checkpoint, PlannedWindow planned, SourceDefinition source, DateTimeOffset now)
    {
        if (planned.Sweep is { } sweep)
        {
            return checkpoint with { Sweep = sweep with { Slice = null, Cursor = null } };
        }

        var mark = source.Order == EventOrder.Ascending && checkpoint.Window is { } open
            ? WindowPlanner.MarkAfter(checkpoint.MarkAt, open, source.Progress, now)
            : checkpoint.MarkAt;
        return checkpoint with { Cursor = null, Window = null, MarkAt = mark };
    }

    /// <summary>The vendor refuses a slice from its start: it may have become too old, so it is planned anew.</summary>
    public static Checkpoint Refused(Checkpoint checkpoint) =>
        checkpoint.Sweep is { } sweep ? checkpoint with { Sweep = sweep with { Slice = null, Cursor = null } } : checkpoint;

    /// <summary>Events before this can be listed by no window that may still come, so their ids may be forgotten.</summary>
    /// <param name="checkpoint">The checkpoint that is about to be written.</param>
    /// <param name="source">The definition.</param>
    /// <param name="now">The instant.</param>
    public static DateTimeOffset HorizonOf(Checkpoint checkpoint, SourceDefinition source, DateTimeOffset now)
    {
        // A window in progress may have to start again: an ascending one from the newest event seen, the others from their start.
        var open = checkpoint.Window;
        var horizon = open is null || source.Order == EventOrder.Ascending
            ? WindowPlanner.StartOf(checkpoint with { MarkAt = open is null ? checkpoint.MarkAt : WindowPlanner.MarkAfter(checkpoint.MarkAt, open, source.Progress, now) }, source.Timing, now)
            : open.FromAt;
        horizon -= WindowPlanner.GrainOf(source.Timing);
        return TierPlanner.ReachOf(checkpoint, source.Timing, now) is { } reach && reach < horizon ? reach : horizon;
    }
}
