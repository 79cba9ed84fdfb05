using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What a checkpoint becomes at each step of a run. Pure: a run does the steps, and their order is the guarantee.</summary>
internal static class FetchSteps
{
    /// <summary>A page of a window is to be read from a cursor on: the frozen window and the cursor, so that a stop repeats this very page.</summary>
    public static Checkpoint At(Checkpoint checkpoint, PlannedWindow planned, WindowInProgress window, string? cursor) => planned.Sweep is { } sweep
        ? checkpoint with { Sweep = sweep with { Slice = window, Cursor = cursor } }
        : checkpoint with { Window = window, Cursor = cursor };

    /// <summary>The window once a page was read in it.</summary>
    /// <param name="window">Before.</param>
    /// <param name="times">The times of the page.</param>
    /// <param name="provedAt">Up to where it is proved to be read.</param>
    public static WindowInProgress Seen(WindowInProgress window, PageTimes times, DateTimeOffset? provedAt)
    {
        // Vendors write an instant before 1970 for none, such as the year 1: no progress can be read from it.
        if (times.NewestAt is { } newest && newest > DateTimeOffset.UnixEpoch && !(window.NewestAt >= newest))
        {
            window = window with { NewestAt = newest };
        }

        return provedAt is { } proved && proved > DateTimeOffset.UnixEpoch && !(window.ProvedAt >= proved) ? window with { ProvedAt = proved } : window;
    }

    /// <summary>Times after this say nothing about progress: of events that a later window lists, or the vendor's mistake.</summary>
    public static DateTimeOffset LimitOf(PlannedWindow planned, ProgressKind progress, DateTimeOffset now) =>
        progress == ProgressKind.Cursor ? now + WindowPlanner.VendorSkew : planned.Window.ToAt;

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
            CaughtUpAt = Gaps.Later(checkpoint.CaughtUpAt, window.ToAt),
            Split = WindowPlanner.SplitAfter(checkpoint.Split, window, source.Timing),
            Window = null,
            Cursor = kept,

            // The very first window reads what the tiers would read again at once.
            TiersRead = isFirst && source.Timing.Tiers.Count > 0
                ? TierTimes.After(null, source.Timing.Tiers, TimeSpan.MaxValue, window.OpenedAt)
                : checkpoint.TiersRead,
        };
    }

    /// <summary>
    /// A window cannot be gone on with. An ascending one starts again where it is proved to be read; any other, and one that would start where it did,
    /// is read in halves from its start: perhaps the vendor lets nobody page so deep.
    /// </summary>
    /// <param name="checkpoint">Before.</param>
    /// <param name="planned">The window.</param>
    /// <param name="source">The definition.</param>
    /// <param name="halve">Whether it may be halved: its pages cannot be read, rather than being too large.</param>
    /// <param name="now">The instant.</param>
    public static Checkpoint CursorDropped(Checkpoint checkpoint, PlannedWindow planned, SourceDefinition source, bool halve, DateTimeOffset now)
    {
        if (source.Snapshot is not null)
        {
            // What was sent is of this listing: it starts again as the same.
            return checkpoint with { Cursor = null };
        }

        if (planned.Sweep is { } sweep)
        {
            var longest = halve ? WindowPlanner.HalfOf(planned.Window, source.Timing) ?? sweep.Longest : sweep.Longest;
            return checkpoint with { Sweep = sweep with { Slice = null, Cursor = null, Longest = longest } };
        }

        var window = checkpoint.Window ?? planned.Window;
        var dropped = checkpoint with { Cursor = null, Window = null, MarkAt = MarkFrom(checkpoint, window.ProvedAt) };
        var to = checkpoint.Split?.ToAt ?? window.ToAt;

        // That the vendor has let go of what lies at its start meanwhile is no progress: begun there again, it would come to the same place again.
        return source.Progress == ProgressKind.Cursor || (checkpoint.Split is null && IsProvedBehind(window.FromAt, checkpoint, dropped, source.Timing, now)) ? dropped
            : halve && WindowPlanner.HalfOf(window, source.Timing) is { } half ? Kept(dropped with { Split = new WindowSplit(window.FromAt, to, half) }, source.Timing, now)
            : Kept(dropped, source.Timing, now);
    }

    /// <summary>
    /// A window that was begun and starts before what the vendor still has: it would refuse it again and again. What is left of it is planned anew, from there
    /// on.
    /// </summary>
    /// <param name="checkpoint">Before.</param>
    /// <param name="planned">The window.</param>
    /// <param name="timing">How long the vendor keeps events.</param>
    /// <param name="now">The instant.</param>
    /// <returns>Null when it has not become too old, or is not one that was begun before.</returns>
    public static Checkpoint? TooOld(Checkpoint checkpoint, PlannedWindow planned, TimingDefinition timing, DateTimeOffset now) =>
        planned.Sweep is null && checkpoint.HasOpenWindow && planned.Window.FromAt < now - timing.Retention
            ? Kept(checkpoint with { Window = null, Cursor = null, MarkAt = MarkFrom(checkpoint, (checkpoint.Window ?? planned.Window).ProvedAt) }, timing, now)
            : null;

    /// <summary>The vendor refuses a time and says from when on it has events: what is read next starts there.</summary>
    /// <param name="checkpoint">Before.</param>
    /// <param name="planned">What it was asked for.</param>
    /// <param name="from">From when on.</param>
    public static Checkpoint KeptFrom(Checkpoint checkpoint, PlannedWindow planned, DateTimeOffset from)
    {
        checkpoint = checkpoint with { KeptFromAt = Gaps.Later(checkpoint.KeptFromAt, from) };
        return planned.Sweep is null
            ? checkpoint with { Window = null, Split = null, Cursor = null, MarkAt = MarkFrom(checkpoint, (checkpoint.Window ?? planned.Window).ProvedAt) }
            : Refused(checkpoint);
    }

    /// <summary>A listing is complete, and what it has no more is sent: it is what the next one is compared with.</summary>
    /// <param name="checkpoint">Before.</param>
    /// <param name="planned">The listing.</param>
    /// <param name="progress">How far it has come: to its end.</param>
    /// <param name="known">How many objects are known after it.</param>
    /// <param name="now">The instant.</param>
    public static Checkpoint Listed(Checkpoint checkpoint, PlannedWindow planned, ListingProgress progress, long known, DateTimeOffset now) => checkpoint with
    {
        MarkAt = planned.Window.OpenedAt,
        Window = null,
        Cursor = null,
        Listing = null,
        LastListing = new LastListing(progress.Mark, planned.Window.OpenedAt, progress.Blocks, progress.Objects, known, now, progress.Doubt) { Keep = progress.Keep },
    };

    /// <summary>A checkpoint as a source finds it whose definition may have changed: what other objects, or events, left open is not gone on with.</summary>
    public static Checkpoint Fitting(Checkpoint checkpoint, SnapshotDefinition? snapshot) =>
        snapshot is null && checkpoint is { Listing: null, LastListing: null } ? checkpoint
        : checkpoint.Window is not null && checkpoint.Listing?.Mark != snapshot?.Mark ? checkpoint with { Window = null, Cursor = null, Split = null, Sweep = null, Listing = null }
        : checkpoint.Window is null && snapshot is not null ? checkpoint with { Cursor = null, Split = null, Sweep = null, Listing = null }
        : checkpoint;

    /// <summary>The vendor refuses a slice from its start: it may have become too old, so it is planned anew.</summary>
    public static Checkpoint Refused(Checkpoint checkpoint) =>
        checkpoint.Sweep is { } sweep ? checkpoint with { Sweep = sweep with { Slice = null, Cursor = null } } : checkpoint;

    /// <summary>Events before this can be listed by no window that may still come, so their ids may be forgotten.</summary>
    /// <param name="checkpoint">The checkpoint that is about to be written.</param>
    /// <param name="source">The definition.</param>
    /// <param name="now">The instant.</param>
    public static DateTimeOffset HorizonOf(Checkpoint checkpoint, SourceDefinition source, DateTimeOffset now)
    {
        // A window in progress may have to start again: an ascending one from where it is proved to be read, the others from their start.
        var open = checkpoint.Window;
        var horizon = open is null ? WindowPlanner.StartOf(checkpoint, source.Timing, now)
            : source.Order == EventOrder.Ascending && open.ProvedAt is not null && checkpoint.Split is null
                ? WindowPlanner.StartOf(checkpoint with { MarkAt = MarkFrom(checkpoint, open.ProvedAt) }, source.Timing, now)
            : open.FromAt;
        horizon = checkpoint.Split?.FromAt < horizon ? checkpoint.Split.FromAt : horizon;
        horizon -= WindowPlanner.GranularityOf(source.Timing);
        horizon = TierPlanner.ReachOf(checkpoint, source.Timing, now) is { } reach && reach < horizon ? reach : horizon;

        // What stands for a stretch of time is known by its start.
        return horizon - source.Remembers;
    }

    // Parts of a window are asked for only as far back as the vendor has events.
    private static Checkpoint Kept(Checkpoint checkpoint, TimingDefinition timing, DateTimeOffset now) =>
        checkpoint.Split is not { } split || WindowPlanner.EarliestOf(checkpoint, timing, now) is not { } earliest || earliest <= split.FromAt ? checkpoint
        : checkpoint with { Split = earliest < split.ToAt ? split with { FromAt = earliest } : null };

    private static bool IsProvedBehind(DateTimeOffset start, Checkpoint checkpoint, Checkpoint dropped, TimingDefinition timing, DateTimeOffset now) =>
        WindowPlanner.StartOf(dropped, timing, now) is var from && from > start && from > WindowPlanner.StartOf(checkpoint, timing, now);

    // Where a window that starts again would start from: never before the mark.
    private static DateTimeOffset? MarkFrom(Checkpoint checkpoint, DateTimeOffset? provedAt) =>
        checkpoint.MarkAt is null || provedAt > checkpoint.MarkAt ? provedAt : checkpoint.MarkAt;
}
