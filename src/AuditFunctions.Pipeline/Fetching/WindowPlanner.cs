using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>A window to read, and where to start in it.</summary>
/// <param name="Window">Its bounds.</param>
/// <param name="Cursor">Where to go on; null at its start.</param>
/// <param name="IsTruncated">Whether it ends before now because the vendor takes no longer window.</param>
/// <param name="Sweep">The lookback tier of which it is a slice; null for the windows that move the mark.</param>
public sealed record PlannedWindow(WindowInProgress Window, string? Cursor, bool IsTruncated, TierSweep? Sweep = null);

/// <summary>
/// Decides which window comes next. Laws, tested as properties: a window starts at the high-water mark less the overlap, never at the clock; it ends
/// at now less the lag; the mark never moves back; drained windows tile time without gaps.
/// </summary>
/// <remarks>
/// Whether a vendor's bounds are inclusive or not must not matter. At the end of a window it does not: what is left out there is newer than the mark.
/// At its start an exclusive bound leaves out as much as the vendor's granularity, so windows overlap by that at least.
/// </remarks>
public static class WindowPlanner
{
    /// <summary>How far a vendor's clock may be ahead of our clock.</summary>
    public static readonly TimeSpan VendorSkew = TimeSpan.FromMinutes(5);

    // The granularity of a vendor that declares none: times are written to the second, or finer.
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // A run of many windows, the vendor's clock and ours.
    private static readonly TimeSpan RetentionMargin = TimeSpan.FromMinutes(5);

    /// <summary>The next window; null when there is nothing to read yet.</summary>
    public static PlannedWindow? Next(Checkpoint checkpoint, TimingDefinition timing, ProgressKind progress, DateTimeOffset now)
    {
        if (checkpoint.Window is { } open)
        {
            return new PlannedWindow(open, checkpoint.Cursor, checkpoint.Split is { } parts ? open.ToAt < parts.ToAt : IsTruncated(open, timing, now));
        }

        if (progress == ProgressKind.Listing)
        {
            // Polls are an interval apart: one that comes sooner is a message that came late, or twice.
            return checkpoint.MarkAt is { } listedAt && listedAt <= now && now - listedAt < timing.Interval / 2 ? null
                : new PlannedWindow(new WindowInProgress(now, now, now, null), null, IsTruncated: false);
        }

        if (checkpoint.Split is { } split)
        {
            var end = split.ToAt - split.FromAt > split.Length ? split.FromAt + split.Length : split.ToAt;
            return new PlannedWindow(new WindowInProgress(split.FromAt, end, now, null), null, IsTruncated: end < split.ToAt);
        }

        var from = StartOf(checkpoint, timing, now);
        var to = now - timing.Lag;
        if (progress == ProgressKind.Cursor && checkpoint.Cursor is { } cursor)
        {
            return new PlannedWindow(new WindowInProgress(from, to > from ? to : now, now, null), cursor, IsTruncated: false);
        }

        var window = new WindowInProgress(from, to, now, null);
        if (timing.MaxWindow is { } longest && to - from > longest)
        {
            window = window with { ToAt = from + longest };
        }

        return window.ToAt > window.FromAt ? new PlannedWindow(window, null, window.ToAt < to) : null;
    }

    /// <summary>The mark after a window is drained: the newest event time seen, never beyond the window's end, never back.</summary>
    public static DateTimeOffset? MarkAfter(DateTimeOffset? mark, WindowInProgress window, ProgressKind progress, DateTimeOffset now)
    {
        // A vendor's clock that runs ahead must not push the mark into the future: the windows after it would be empty.
        var limit = progress == ProgressKind.Cursor ? now : window.ToAt;
        var newest = window.NewestAt > limit ? limit : window.NewestAt;
        return Gaps.Later(mark, newest);
    }

    /// <summary>Half of a window; null when halves would be too short for the granularity of the vendor's times.</summary>
    public static TimeSpan? HalfOf(WindowInProgress window, TimingDefinition timing) =>
        (window.ToAt - window.FromAt) / 2 is var half && half >= 2 * GranularityOf(timing) ? half : null;

    /// <summary>What is left to read in parts once one of them is drained; null when nothing is. Parts overlap by the granularity of the vendor's times.</summary>
    public static WindowSplit? SplitAfter(WindowSplit? split, WindowInProgress part, TimingDefinition timing) =>
        split is null || part.ToAt >= split.ToAt ? null
        : Rounded(part.ToAt - GranularityOf(timing), timing.Granularity) is var rounded && rounded > split.FromAt ? split with { FromAt = rounded }
        : split with { FromAt = part.ToAt - GranularityOf(timing) };

    /// <summary>
    /// The cursor after a window is drained. With progress by cursor the vendor's last position that gave events is kept; an empty page leaves it
    /// where it was. Otherwise none is.
    /// </summary>
    public static string? CursorAfter(ProgressKind progress, int eventsOnLastPage, string? next, string? cursor) =>
        progress != ProgressKind.Cursor ? null : eventsOnLastPage > 0 ? next ?? cursor : cursor;

    /// <summary>
    /// The checkpoint with the start of its very first window kept, when nothing else says where to go on: as long as no event is seen the windows
    /// start there, instead of at a lookback that moves on with the clock and leaves out what happened during an outage.
    /// </summary>
    public static Checkpoint Anchored(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now) =>
        checkpoint.MarkAt is null && checkpoint.ReadToAt is null && timing.Since is null
            ? checkpoint with { ReadToAt = OpenStartOf(checkpoint, timing, now) + OverlapOf(timing) }
            : checkpoint;

    /// <summary>
    /// The checkpoint as a changed <c>since</c> makes it: while no event was seen, it says where reading starts, whatever was read in vain before.
    /// </summary>
    public static Checkpoint WithSince(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now)
    {
        // Without progress there is nothing to correct, and what has begun to bring events goes on.
        if (timing.Since is null || checkpoint is not { MarkAt: null, RememberedFromAt: { } begunAt, Window: null or { NewestAt: null } })
        {
            return checkpoint;
        }

        var anew = checkpoint with { ReadToAt = null, Window = null, Split = null, Cursor = null };
        var from = StartOf(anew, timing, now);

        // From another instant it starts once: from then on it has begun there. A later one leaves out what lies before it; that the overlap of a
        // window read in parts reaches back before it does not make it a later one.
        var since = Rounded(timing.Since.Value, timing.Granularity);
        return from < begunAt || (since > begunAt && since > OpenStartOf(checkpoint, timing, now))
            ? anew with { RememberedFromAt = from, ReadToAt = from + OverlapOf(timing) }
            : checkpoint;
    }

    /// <summary>Where the window in progress starts, else the next one.</summary>
    public static DateTimeOffset OpenStartOf(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now) =>
        checkpoint.Window?.FromAt ?? StartOf(checkpoint, timing, now);

    /// <summary>The granularity of the vendor's time bounds: what an exclusive bound may leave out.</summary>
    public static TimeSpan GranularityOf(TimingDefinition timing) => timing.Granularity > Second ? timing.Granularity : Second;

    /// <summary>By how much windows overlap: what the definition says, but the granularity at least and half of the vendor's longest window at most.</summary>
    public static TimeSpan OverlapOf(TimingDefinition timing)
    {
        var overlap = timing.Overlap > GranularityOf(timing) ? timing.Overlap : GranularityOf(timing);

        // With an overlap as long as the longest window that the vendor takes, no window would get beyond the mark.
        return timing.MaxWindow is { } longest && overlap > longest / 2 ? longest / 2 : overlap;
    }

    /// <summary>Where the next window starts that is not in progress yet.</summary>
    public static DateTimeOffset StartOf(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now)
    {
        var reached = Gaps.Later(checkpoint.MarkAt, checkpoint.ReadToAt);
        var from = reached is { } known ? known - OverlapOf(timing) : timing.Since ?? now - timing.Lookback;
        if (EarliestOf(checkpoint, timing, now) is { } earliest && from < earliest)
        {
            return earliest;
        }

        if (timing.Granularity == TimeSpan.Zero)
        {
            return from;
        }

        var rounded = Rounded(from, timing.Granularity);
        return reached is { } mustPass && rounded + timing.MaxWindow <= mustPass ? from : rounded;
    }

    /// <summary>
    /// The earliest start that the vendor takes when the request reaches it; null when it takes any. It counts by its own clock, so that a
    /// margin is left for the way there, for clocks that differ and for the granularity of its times.
    /// </summary>
    public static DateTimeOffset? EarliestOf(TimingDefinition timing, DateTimeOffset now)
    {
        if (timing.Retention is not { } kept)
        {
            return null;
        }

        var margin = kept / 20 < RetentionMargin ? kept / 20 : RetentionMargin;
        return Rounded((now - kept + margin).AddTicks(GranularityOf(timing).Ticks - 1), GranularityOf(timing));
    }

    /// <summary>The same of a vendor that may have said from when on it has events.</summary>
    public static DateTimeOffset? EarliestOf(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now) => Gaps.Later(EarliestOf(timing, now), checkpoint.KeptFromAt);

    /// <summary>An instant rounded down to a granularity.</summary>
    public static DateTimeOffset Rounded(DateTimeOffset at, TimeSpan granularity) =>
        granularity == TimeSpan.Zero ? at : new DateTimeOffset(at.UtcTicks - (at.UtcTicks % granularity.Ticks), TimeSpan.Zero);

    private static bool IsTruncated(WindowInProgress window, TimingDefinition timing, DateTimeOffset now) =>
        timing.MaxWindow is { } longest && window.ToAt - window.FromAt >= longest && window.ToAt < now - timing.Lag;
}
