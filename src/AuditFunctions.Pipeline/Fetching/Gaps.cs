using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Finds what the vendor keeps no longer before it was read: a window that starts behind the end of what was read, after an outage or a pause that was longer
/// than the vendor's retention, or because the vendor says from when on it still has events.
/// </summary>
internal static class Gaps
{
    /// <summary>Up to when everything was read that the vendor had; null when nothing was read yet.</summary>
    public static DateTimeOffset? ReadTo(Checkpoint checkpoint, TimingDefinition timing)
    {
        if (checkpoint.CaughtUpAt is null && checkpoint.MarkAt is null)
        {
            return null;
        }

        // A row of an older version says only when it was polled: the last poll that can have succeeded.
        var status = checkpoint.Status;
        var polled = checkpoint.CaughtUpAt ?? (status.Failures > 0 ? status.FailingSinceAt : status.LastPollAt) - timing.Lag;
        return Later(Later(checkpoint.MarkAt, checkpoint.ReadToAt), polled);
    }

    /// <summary>What lies between the end of what was read and the start of a window; null when nothing does.</summary>
    public static Gap? Before(PlannedWindow planned, Checkpoint checkpoint, SourceDefinition source, DateTimeOffset now) =>
        source.Progress == ProgressKind.Listing || checkpoint.Window is not null || checkpoint.Split is not null || planned.Cursor is not null || planned.Sweep is not null
            || WindowPlanner.EarliestOf(checkpoint, source.Timing, now) is not { } earliest || planned.Window.FromAt > earliest
            || ReadTo(checkpoint, source.Timing) is not { } read || planned.Window.FromAt <= read
            ? null
            : new Gap(read, planned.Window.FromAt, now);

    /// <summary>The same where a window that was begun is read on in parts, of which the first starts further on than it did.</summary>
    public static Gap? BeforeParts(PlannedWindow planned, WindowSplit? parts, Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now) =>
        planned.Sweep is null && parts is { FromAt: var from } && from > planned.Window.FromAt && ReadTo(checkpoint, timing) is { } read && from > read ? new Gap(read, from, now) : null;

    /// <summary>How old the note of an idle source may be, so that a retention that is short is no gap.</summary>
    public static TimeSpan NoteWithin(TimeSpan usual, TimingDefinition timing) => timing.Retention / 2 < usual ? timing.Retention!.Value / 2 : usual;

    /// <summary>The later of two instants.</summary>
    public static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
