using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// One run on one partition: opens or resumes a window and pages through it. For each page: send the batches, then commit the checkpoint.
/// A stop in between repeats a page, which gives the same batches, and never loses one. Lookback tiers that are due are read afterwards, and make way
/// when the next poll's time has come, so that they never delay new events.
/// </summary>
internal sealed partial class FetchRun(
    SourceDefinition source,
    IReadOnlyList<DestinationDefinition> destinations,
    PartitionId partition,
    Checkpoint read,
    RecentIds? ids,
    FetchServices services)
{
    private readonly DateTimeOffset _startedAt = services.Time.GetUtcNow();
    private readonly PartitionStatus _statusAtStart = read.Status;
    private readonly HeldCheckpoint _held = new(partition, read, ids, source, services);
    private readonly PageAsker _pageAsker = new(source, partition, read.Status.PageSize, services);
    private int _pages;
    private long _events;
    private int _batches;

    /// <summary>Events sent on by this run.</summary>
    public long Events => _events;

    /// <summary>Batches sent on by this run.</summary>
    public int Batches => _batches;

    /// <summary>Pages fetched by this run.</summary>
    public int Pages => _pages;

    /// <summary>Why the vendor's last answer was no page.</summary>
    public string? Problem { get; private set; }

    private DateTimeOffset Now => services.Time.GetUtcNow();

    /// <summary>Notes that nothing can be fetched until somebody changes something.</summary>
    public Task<FetchOutcome> RefuseAsync(string reason, CancellationToken cancellationToken) =>
        BackOffAsync(new PollFailure(FailureKind.Refused, reason), cancellationToken);

    public Task KeepLeaseAsync(Task work) => _held.RenewWhileAsync(work);

    // The windows that move the mark, until they are drained.
    private async Task<FetchOutcome> PollAsync(CancellationToken cancellationToken)
    {
        (_polledAt, _slicePagesAtPoll) = (Now, _slicePages);
        while (WindowPlanner.Next(_held.Current, source.Timing, source.Progress, Now) is { } planned)
        {
            var outcome = await ReadWindowAsync(planned, cancellationToken);
            if (outcome != FetchOutcome.CaughtUp || !planned.IsTruncated)
            {
                return outcome;
            }

            if (IsBudgetSpent)
            {
                await services.Continue(partition, cancellationToken);
                return FetchOutcome.Continued;
            }
        }

        await NoteIdleAsync(cancellationToken);
        return FetchOutcome.CaughtUp;
    }

    private async Task<FetchOutcome> ReadWindowAsync(PlannedWindow planned, CancellationToken cancellationToken)
    {
        var window = planned.Window;
        var cursor = planned.Cursor;
        var resumed = cursor is not null;
        var trail = new CursorTrail();
        trail.Add(cursor);
        Task<PageResult>? pending = _pageAsker.AskAsync(window, cursor, isFirst: _pages == 0, cancellationToken);
        try
        {
            while (true)
            {
                var result = await pending!;
                if (result is not PageResult.Page page)
                {
                    // A cursor that was kept may have expired: a window from the mark takes over, and de-duplication absorbs the repeat.
                    if (resumed && result is PageResult.Refused refused && (refused.IsOfCursor || refused.StatusCode is 400 or 404 or 410 or 422))
                    {
                        FetchingLog.CursorRefused(services.Log, partition.Source, partition.Partition, refused.StatusCode);
                        return await DropCursorAsync(planned, cancellationToken) ? FetchOutcome.Continued : FetchOutcome.Skipped;
                    }

                    if (_pageAsker.MustRestart)
                    {
                        return await DropCursorAsync(planned, cancellationToken) ? FetchOutcome.Continued : FetchOutcome.Skipped;
                    }

                    return result is PageResult.Failed { Broken: not null } broken
                        ? await TakeBrokenAsync(broken, planned, cursor, cancellationToken)
                        : await BackOffAsync(PollFailure.Of(result), cancellationToken);
                }

                resumed = false;
                pending = null;
                var ahead = page.End.IsLast || IsPageLast(planned) ? null : _pageAsker.AskAsync(window, page.End.Cursor, isFirst: false, cancellationToken);
                try
                {
                    var (outcome, after) = await TakePageAsync(page, planned, window, cursor, cancellationToken);
                    if (outcome is { } ended)
                    {
                        return ended;
                    }

                    window = after;
                    cursor = page.End.Cursor;
                    if (!trail.Add(cursor))
                    {
                        // Read on, it would never end; ended here, the rest of the window would be left out. The window starts again at the next poll.
                        var circle = new PollFailure(FailureKind.CursorCircle, $"the vendor's cursors lead in a circle after {_pages} pages; check 'paging', or tell the vendor");
                        return await BackOffAsync(circle, dropCursor: true, cancellationToken);
                    }

                    (pending, ahead) = (ahead!, null);
                }
                finally
                {
                    page.Content.Dispose();
                    await PageAsker.DiscardAsync(ahead);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && _held.IsLeased)
        {
            // A stop: give the partition back at once instead of letting its lease run out. What was committed stays, so this must not be cancelled.
            await _held.GiveBackAsync();
            throw;
        }
        finally
        {
            await PageAsker.DiscardAsync(pending);
        }
    }

    // Takes one page: null to go on with the next one.
    private async Task<(FetchOutcome? Outcome, WindowInProgress Window)> TakePageAsync(
        PageResult.Page page,
        PlannedWindow planned,
        WindowInProgress window,
        string? cursor,
        CancellationToken cancellationToken)
    {
        _pages++;
        _slicePages += planned.Sweep is null ? 0 : 1;
        using var fresh = FreshEvents.Of(page.Content, source.Reading, _held.Ids);
        // One event without a time is an odd event and goes on its way; a page of them is a wrong definition, whose mark would never move.
        if (page.Content.Cut.Count > 1 && fresh.WithTime == 0)
        {
            var unreadable = new PollFailure(FailureKind.NoTimes, "no event of the page has a time that can be read; check 'time' in the definition");
            return (await BackOffAsync(unreadable, cancellationToken), window);
        }

        // Vendors write an instant before 1970 for none, such as the year 1: no progress can be read from it.
        if (fresh.NewestAt is { } newest && newest > DateTimeOffset.UnixEpoch && !(window.NewestAt >= newest))
        {
            window = window with { NewestAt = newest };
        }

        NeededIds |= page.Content.Cut.Count > 0;
        var odd = PageQuarantine.New(page.Content.Cut, _held.Ids);
        if (fresh.Count + odd.Count > 0 && _held.Ids is null)
        {
            if (await _held.LoadIdsAsync(cancellationToken) is not { } ids)
            {
                return (FetchOutcome.Skipped, window);
            }

            fresh.Drop(ids);
            odd = PageQuarantine.New(page.Content.Cut, ids);
        }

        if (fresh.Count > 0)
        {
            await _held.DropSeenAsync(fresh, cancellationToken);
        }

        var news = fresh.Count + odd.Count;
        NoteBarren(fresh, news);
        if (news > 0)
        {
            var direct = IsDirect(planned, page);
            if (!await _held.LeaseAsync(planned, OpenedWindow(planned), cursor, direct, cancellationToken))
            {
                return (FetchOutcome.Skipped, window);
            }

            // From the first batch to the commit a stop has to wait: a page that is sent and not committed is sent again, perhaps cut into other batches.
            cancellationToken = CancellationToken.None;
            await services.Quarantine.KeepAsync(partition, odd, planned.Window.OpenedAt, cancellationToken);
            await SendAsync(fresh, planned.Window.OpenedAt, direct ? _held.Current.LeaseUntil : null, cancellationToken);
            fresh.Remember(_held.Ids!, Now);
            PageQuarantine.Remember(odd, _held.Ids!, Now);
        }

        if (page.End.IsLast)
        {
            return (await DrainedAsync(planned, window, page, cursor, cancellationToken), window);
        }

        if (IsPageLast(planned))
        {
            return (await PauseAsync(planned, window, page.End.Cursor, news > 0, cancellationToken), window);
        }

        // A page without anything new needs no commit: repeating it costs a request and loses nothing.
        if (news > 0 && !await _held.CommitAsync(InWindow(planned, window, page.End.Cursor, fetched: true), cancellationToken))
        {
            return (FetchOutcome.Skipped, window);
        }

        return (null, window);
    }

    private bool IsBudgetSpent => _pages >= services.Options.MaxPages || Now - _startedAt >= services.Options.MaxRunTime;

    // The window as the row holds it, when it is open there already.
    private WindowInProgress OpenedWindow(PlannedWindow planned) => planned.Sweep is null ? _held.Current.Window ?? planned.Window : planned.Window;

    private Checkpoint InWindow(PlannedWindow planned, WindowInProgress window, string? cursor, bool fetched) =>
        FetchSteps.At(_held.Leased(), planned, window, cursor) with { Status = Worked(fetched) };

    private async Task<FetchOutcome> DrainedAsync(PlannedWindow planned, WindowInProgress window, PageResult.Page page, string? cursor, CancellationToken cancellationToken)
    {
        _pageAsker.Sizing.Grow();
        var keep = planned.Sweep is null ? WindowPlanner.CursorAfter(source.Progress, page.Content.Cut.Offered, page.End.Cursor, cursor) : null;
        var before = _held.Current;
        var drained = FetchSteps.Drained(before, planned, window, keep, source, Now);
        _sweep = planned.Sweep is null ? _sweep : drained.Sweep;
        _isSwept |= planned.Sweep is not null && drained.Sweep is null;
        var changed = _held.IsLeased || (planned.Sweep is null
            ? before.Window is not null || planned.IsTruncated || drained.MarkAt != before.MarkAt
                || (source.Progress == ProgressKind.Cursor && page.Content.Cut.Offered > 0 && keep != before.Cursor)
            : drained.Sweep is null);
        if (!changed)
        {
            if (planned.Sweep is null)
            {
                await NoteIdleAsync(cancellationToken);
            }

            return FetchOutcome.CaughtUp;
        }

        drained = drained.Unleased() with { Status = Worked(_events > 0) };
        return await _held.CommitAsync(drained, cancellationToken) ? FetchOutcome.CaughtUp : FetchOutcome.Skipped;
    }

    private async Task<bool> DropCursorAsync(PlannedWindow planned, CancellationToken cancellationToken)
    {
        var dropped = FetchSteps.CursorDropped(_held.Current.Unleased(), planned, source, Now);
        if (!await _held.CommitAsync(dropped with { Status = dropped.Status with { PageSize = _pageAsker.Sizing.Remembered } }, cancellationToken))
        {
            return false;
        }

        await services.Continue(partition, cancellationToken);
        return true;
    }

    // An idle poll writes nothing, but for a failure that is over and now and then the time of the poll, which a tier that is read next notes as well.
    private async Task NoteIdleAsync(CancellationToken cancellationToken)
    {
        var status = _held.Current.Status;
        var stale = status.LastPollAt is null || Now - status.LastPollAt >= services.Options.IdleStatusInterval;
        if (status.Failures > 0 || _held.IsLeased || (stale && NextSlice() is null))
        {
            await _held.CommitAsync(_held.Current.Unleased() with { Status = Worked(fetched: false) }, cancellationToken);
        }
    }

    private PartitionStatus Worked(bool fetched) => StatusAfter.Success(_held.Current.Status, Now, fetched) with
    {
        Events = _statusAtStart.Events + _events,
        Batches = _statusAtStart.Batches + _batches,
        PageSize = _pageAsker.Sizing.Remembered,
    };
}
