using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>What a run commits at each of its ends: of a window, of the budget, after a failure. Everything of a page was sent before.</summary>
internal sealed class RunCommits(RunContext context, CheckpointSession session, RunTally tally, RunTurns turns, PageSizing sizing)
{
    private static readonly TimeSpan RestartRoom = TimeSpan.FromMinutes(1);

    private readonly RunStatus _status = new(context, tally, sizing);

    /// <summary>A page in the middle of a window was sent.</summary>
    /// <returns>false when somebody has written meanwhile.</returns>
    public Task<bool> PageSentAsync(PlannedWindow planned, WindowInProgress window, string? cursor, CancellationToken cancellationToken) =>
        session.CommitAsync(InWindow(planned, window, cursor, fetched: true), cancellationToken);

    /// <summary>A cursor is given that must not be lost, though nothing was sent.</summary>
    /// <returns>false when somebody has written meanwhile.</returns>
    public Task<bool> CursorGivenAsync(PlannedWindow planned, WindowInProgress window, string? cursor, CancellationToken cancellationToken) =>
        session.CommitAsync(InWindow(planned, window, cursor, fetched: false), cancellationToken);

    /// <summary>A page is about to be asked for whose answer moves the vendor's position: whoever finds this asks for that answer again.</summary>
    /// <returns>false when somebody has written meanwhile.</returns>
    public Task<bool> AskingAsync(PlannedWindow planned, string? cursor, CancellationToken cancellationToken) =>
        session.CommitAsync(FetchSteps.At(session.Leased(), planned, session.Current.Window ?? planned.Window, context.Source.Paging.Kind.CursorAsked(cursor)), cancellationToken);

    /// <summary>The window is read to its end.</summary>
    /// <param name="planned">The window.</param>
    /// <param name="window">The same with the newest time seen in it.</param>
    /// <param name="page">Its last page.</param>
    /// <param name="cursor">The cursor of that page.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<FetchOutcome> DrainedAsync(
        PlannedWindow planned, WindowInProgress window, PageResult.Page page, string? cursor, CancellationToken cancellationToken)
    {
        sizing.Grow();
        var (source, before) = (context.Source, session.Current);
        var keep = planned.Sweep is null ? WindowPlanner.CursorAfter(source.Progress, page.Content.Cut.Offered, page.End.Cursor, cursor) : null;
        var drained = FetchSteps.Drained(before, planned, window, keep, source, context.Now);
        if (planned.Sweep is not null)
        {
            turns.SliceDrained(drained.Sweep);
        }

        var changed = session.IsLeased || tally.DoubtAfter(before.Status.Doubt) != before.Status.Doubt || (planned.Sweep is null
            ? before.Window is not null || before.Split is not null || planned.IsTruncated || drained.MarkAt != before.MarkAt
                || (source.Progress == ProgressKind.Cursor && page.Content.Cut.Offered > 0 && keep != before.Cursor)
            : drained.Sweep is null);
        if (!changed)
        {
            if (planned.Sweep is null)
            {
                await NoteIdleAsync(drained.CaughtUpAt, cancellationToken);
            }

            return FetchOutcome.CaughtUp;
        }

        drained = drained.Unleased() with { Status = _status.Succeeded(before.Status, tally.Events > 0) };
        return await session.CommitAsync(drained, cancellationToken) ? FetchOutcome.CaughtUp : FetchOutcome.Skipped;
    }

    /// <summary>A listing is to be read once more from its start before it is complete.</summary>
    public Task<FetchOutcome> AgainAsync(PlannedWindow planned, WindowInProgress window, CancellationToken cancellationToken)
    {
        session.Lookups = null;
        return ContinueFromAsync(InWindow(planned, window, cursor: null, fetched: true).Unleased(), cancellationToken);
    }

    /// <summary>A listing is proved, so that the source's table may be made of it and of those of other partitions, and is not over before that was done.</summary>
    /// <returns>false when somebody has written meanwhile.</returns>
    public async Task<bool> ProvedAsync(PlannedWindow planned, WindowInProgress window, CancellationToken cancellationToken)
    {
        var listing = session.Listing!;
        await listing.StoreAsync(cancellationToken);
        var proved = FetchSteps.Listed(session.Current, planned, listing.Progress, listing.Memory.Listed, context.Now).LastListing;
        return await session.CommitAsync(InWindow(planned, window, cursor: null, fetched: true) with { LastListing = proved }, cancellationToken);
    }

    /// <summary>A listing is complete, and what it has no more is sent.</summary>
    public async Task<FetchOutcome> ListedAsync(PlannedWindow planned, CancellationToken cancellationToken)
    {
        sizing.Grow();
        var listing = session.Listing!;
        await listing.StoreAsync(cancellationToken);
        var known = listing.Progress.Doubt is not null && context.Source.Snapshot!.Compares ? listing.Memory.Held : listing.Memory.Listed;
        var listed = FetchSteps.Listed(session.Current.Unleased(), planned, listing.Progress, known, context.Now);
        var status = _status.Succeeded(session.Current.Status, tally.Events > 0);
        return await session.CommitAsync(listed with { Status = status }, cancellationToken) ? FetchOutcome.CaughtUp : FetchOutcome.Skipped;
    }

    /// <summary>Ends in the middle of a window: to continue in a new message, or to come back to a slice after a poll.</summary>
    public async Task<FetchOutcome> PauseAsync(
        PlannedWindow planned, WindowInProgress window, string? cursor, bool fetched, CancellationToken cancellationToken)
    {
        // No page is in flight: the next run may use newer lookup files.
        session.Lookups = null;
        if (!await session.CommitAsync(InWindow(planned, window, cursor, fetched).Unleased(), cancellationToken))
        {
            return FetchOutcome.Skipped;
        }

        turns.Paused(session.Current.Sweep);
        if (!turns.IsBudgetSpent)
        {
            return FetchOutcome.CaughtUp;
        }

        await context.Services.Continue(context.Partition, cancellationToken);
        return FetchOutcome.Continued;
    }

    /// <summary>
    /// A cursor that goes on for ever without an event must neither run for ever nor in silence: what it reached is kept, and the waits grow.
    /// </summary>
    public async Task<FetchOutcome> BackOffEndlessAsync(PlannedWindow planned, WindowInProgress window, string? cursor, CancellationToken cancellationToken)
    {
        const string Reason = "pages in a row held nothing, or the same again, and the vendor still names a next one; it goes on from there";
        var endless = new PollFailure(FailureKind.EndlessPages, $"at least {PagesWithoutNewEvents.Many} {Reason}");
        var next = FetchSteps.At(session.Current, planned, window, cursor) with { Status = _status.Failed(session.Current.Status, endless, isHalfRead: true) };
        return await FailedAsync(next.Unleased(), endless, cancellationToken);
    }

    /// <summary>How far a tier was read, for a run with a budget of its own.</summary>
    public Task<FetchOutcome> ContinueSweepAsync(CancellationToken cancellationToken)
    {
        var status = _status.Succeeded(session.Current.Status, fetched: false);
        return ContinueFromAsync(session.Current.Unleased() with { Sweep = turns.Sweep, Status = status }, cancellationToken);
    }

    /// <summary>
    /// A window cannot be gone on with: a shorter one is read instead, or one that starts further on. Where there is none, and nothing else changed, the next run
    /// would come to the same place at once, and again: then it is a failure.
    /// </summary>
    /// <param name="planned">The window.</param>
    /// <param name="failure">Why it cannot.</param>
    /// <param name="isOther">Whether the same window is read in another way: without the cursor that was kept for it, or in smaller pages.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task<FetchOutcome> DropCursorAsync(PlannedWindow planned, PollFailure failure, bool isOther, CancellationToken cancellationToken)
    {
        var before = session.Current;
        var dropped = FetchSteps.CursorDropped(before.Unleased(), planned, context.Source, halve: true, context.Now);
        return isOther || dropped.MarkAt != before.MarkAt || IsShorter(dropped, before) ? TakeOverAsync(planned, dropped, cancellationToken) : BackOffAsync(failure, cancellationToken);
    }

    /// <summary>A window can only be gone on with from its start, with smaller pages.</summary>
    public Task<FetchOutcome> StartAgainAsync(PlannedWindow planned, CancellationToken cancellationToken) =>
        TakeOverAsync(planned, FetchSteps.CursorDropped(session.Current.Unleased(), planned, context.Source, halve: false, context.Now), cancellationToken);

    /// <summary>What the vendor kept no longer before it was read is noted and reported, before what follows it is read.</summary>
    /// <returns>false when somebody has written meanwhile.</returns>
    public async Task<bool> GapAsync(Gap gap, CancellationToken cancellationToken)
    {
        // What is reported once is not reported again.
        if (!await session.CommitAsync(session.Current with { Gap = Gap.Joined(session.Current.Gap, gap), CaughtUpAt = gap.ToAt }, cancellationToken))
        {
            return false;
        }

        FetchingLog.GapFound(context.Services.Log, context.Partition.Source, context.Partition.Partition, gap.FromAt, gap.ToAt);
        return true;
    }

    /// <summary>The vendor refuses the time that it was asked for, and says from when on it has events.</summary>
    /// <param name="planned">What it was asked for.</param>
    /// <param name="refused">What it said.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null when that leads nowhere: it was asked for that already, or says a time in the future.</returns>
    public async Task<FetchOutcome?> RestartAsync(PlannedWindow planned, PageResult.Refused refused, CancellationToken cancellationToken)
    {
        if (refused.KeptFromAt is not { } keptFromAt || refused.IsOfItem || context.Source.Snapshot is not null)
        {
            return null;
        }

        var (timing, now) = (context.Source.Timing, context.Now);
        var granularity = WindowPlanner.GranularityOf(timing);

        // A bound that moves with the vendor's clock has moved on when the next request comes: from the second time on there is room for the way.
        var isAgain = planned.Window.FromAt <= session.Current.KeptFromAt;
        var room = isAgain && now - keptFromAt > RestartRoom ? RestartRoom : TimeSpan.Zero;
        var from = WindowPlanner.Rounded((keptFromAt + room).AddTicks(granularity.Ticks - 1), granularity);
        if (from <= planned.Window.FromAt || keptFromAt > now + WindowPlanner.VendorSkew)
        {
            return null;
        }

        FetchingLog.KeptFrom(context.Services.Log, context.Partition.Source, context.Partition.Partition, from);
        var next = FetchSteps.KeptFrom(session.Current.Unleased(), planned, from);
        if (!isAgain)
        {
            return await TakeOverAsync(planned, next, cancellationToken);
        }

        // A vendor that names another time again and again must not be asked without a pause.
        var failure = new PollFailure(FailureKind.Failed, refused.Reason);
        var failed = next with { Status = _status.Failed(session.Current.Status, failure, isHalfRead: false) };
        return await FailedAsync(failed, failure, cancellationToken);
    }

    /// <summary>A window that was begun starts before what the vendor still has, and is refused: what is left of it is planned anew.</summary>
    /// <param name="planned">The window.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null when that is not why it was refused.</returns>
    public async Task<FetchOutcome?> PlanAnewAsync(PlannedWindow planned, CancellationToken cancellationToken) =>
        FetchSteps.TooOld(session.Current.Unleased(), planned, context.Source.Timing, context.Now) is { } anew ? await TakeOverAsync(planned, anew, cancellationToken) : null;

    /// <summary>A window holds more than the vendor gives at once: it is read in halves, or is a failure where it cannot be halved.</summary>
    public Task<FetchOutcome> HalveAsync(PlannedWindow planned, PollFailure failure, CancellationToken cancellationToken)
    {
        var before = session.Current;
        var halved = FetchSteps.CursorDropped(before.Unleased(), planned, context.Source, halve: true, context.Now);
        return IsShorter(halved, before) ? TakeOverAsync(planned, halved, cancellationToken) : BackOffAsync(failure, cancellationToken);
    }

    private static bool IsShorter(Checkpoint next, Checkpoint before) => next.Split?.Length != before.Split?.Length || next.Sweep?.Longest != before.Sweep?.Longest;

    private async Task<FetchOutcome> TakeOverAsync(PlannedWindow planned, Checkpoint dropped, CancellationToken cancellationToken)
    {
        var before = session.Current;
        if (Gaps.BeforeParts(planned, dropped.Split, before, context.Source.Timing, context.Now) is { } gap)
        {
            if (!await GapAsync(gap, cancellationToken))
            {
                return FetchOutcome.Skipped;
            }

            dropped = dropped with { Gap = session.Current.Gap, CaughtUpAt = session.Current.CaughtUpAt };
        }

        var outcome = await ContinueFromAsync(dropped with { Status = dropped.Status with { PageSize = sizing.Remembered(isHalfRead: false) } }, cancellationToken);
        if (outcome == FetchOutcome.Continued && dropped.Split is { } split && split.Length != before.Split?.Length)
        {
            FetchingLog.WindowSplit(context.Services.Log, context.Partition.Source, context.Partition.Partition, split.Length);
        }

        return outcome;
    }

    // In a new message.
    private async Task<FetchOutcome> ContinueFromAsync(Checkpoint next, CancellationToken cancellationToken)
    {
        if (!await session.CommitAsync(next, cancellationToken))
        {
            return FetchOutcome.Skipped;
        }

        await context.Services.Continue(context.Partition, cancellationToken);
        return FetchOutcome.Continued;
    }

    /// <summary>
    /// An idle poll writes nothing, but for a failure that is over and now and then the time of the poll, which a tier that is read next notes as well.
    /// </summary>
    /// <param name="caughtUpAt">Up to when everything was read; null when nothing was to be read.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task NoteIdleAsync(DateTimeOffset? caughtUpAt, CancellationToken cancellationToken)
    {
        var status = session.Current.Status;
        var stale = status.LastPollAt is null || context.Now - status.LastPollAt >= Gaps.NoteWithin(context.Services.Options.IdleStatusInterval, context.Source.Timing);
        if (status.Failures > 0 || session.IsLeased || (stale && turns.NextSlice(session.Current) is null))
        {
            var noted = session.Current.Unleased() with { CaughtUpAt = Gaps.Later(session.Current.CaughtUpAt, caughtUpAt) };
            await session.CommitAsync(noted with { Status = _status.Succeeded(status, fetched: false) }, cancellationToken);
        }
    }

    /// <summary>A poll failed: when it is tried again, and why it failed.</summary>
    public Task<FetchOutcome> BackOffAsync(PollFailure failure, CancellationToken cancellationToken) =>
        BackOffAsync(failure, dropCursor: false, cancellationToken);

    /// <summary>A poll failed in the middle of a listing, which goes on there: what was read so far may have brought no new events, and is not committed yet.</summary>
    public async Task<FetchOutcome> BackOffAtAsync(PollFailure failure, PlannedWindow planned, string? cursor, CancellationToken cancellationToken)
    {
        var reached = FetchSteps.At(session.Current, planned, session.Current.Window ?? planned.Window, cursor);
        return await FailedAsync(reached.Unleased() with { Status = _status.Failed(session.Current.Status, failure, isHalfRead: true) }, failure, cancellationToken);
    }

    /// <summary>A poll failed, and its cursor leads nowhere.</summary>
    public async Task<FetchOutcome> BackOffAsync(PollFailure failure, bool dropCursor, CancellationToken cancellationToken)
    {
        var isRefused = failure.Kind == FailureKind.Refused;
        var left = isRefused || dropCursor ? FetchSteps.Refused(session.Current) : session.Current;
        var status = _status.Failed(session.Current.Status, failure, isHalfRead: left.Window is not null);
        return await FailedAsync(left.Unleased() with { Cursor = dropCursor ? null : left.Cursor, Status = status }, failure, cancellationToken);
    }

    // What somebody else has written meanwhile is the state of the partition, not this.
    private async Task<FetchOutcome> FailedAsync(Checkpoint next, PollFailure failure, CancellationToken cancellationToken) =>
        !await session.CommitAsync(next, cancellationToken) ? FetchOutcome.Skipped
        : failure.Kind == FailureKind.Refused ? FetchOutcome.Refused
        : FetchOutcome.BackedOff;

    private Checkpoint InWindow(PlannedWindow planned, WindowInProgress window, string? cursor, bool fetched) =>
        FetchSteps.At(session.Leased(), planned, window with { Lookups = session.Lookups }, cursor) with { Status = _status.Succeeded(session.Current.Status, fetched, isHalfRead: true) };
}
