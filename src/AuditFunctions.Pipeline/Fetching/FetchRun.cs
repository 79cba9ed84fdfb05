using AuditFunctions.Pipeline.Destinations;
using AuditFunctions.Pipeline.Sources;
using AuditFunctions.Pipeline.Sources.Definition;
using AuditFunctions.Pipeline.State;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// One run on one partition: opens or resumes a window and pages through it. For each page: send the batches, then commit the checkpoint.
/// A stop in between repeats a page, which gives the same batches, and never loses one.
/// </summary>
internal sealed class FetchRun(
    SourceDefinition source,
    IReadOnlyList<DestinationDefinition> destinations,
    PartitionId partition,
    Checkpoint read,
    FetchServices services)
{
    // A run of so many pages without anything new is no overlap being read again.
    private const int ManyPages = 20;

    private readonly DateTimeOffset _startedAt = services.Time.GetUtcNow();
    private readonly PartitionStatus _statusAtStart = read.Status;
    private readonly HeldCheckpoint _held = new(partition, read, source.Timing, services);
    private readonly PageAsker _pageAsker = new(source, partition, read.Status.PageSize, services);
    private int _pages;
    private long _events;
    private int _batches;
    private long _news;

    /// <summary>Events sent on by this run.</summary>
    public long Events => _events;

    /// <summary>Batches sent on by this run.</summary>
    public int Batches => _batches;

    /// <summary>Pages fetched by this run.</summary>
    public int Pages => _pages;

    /// <summary>Why the vendor's last answer was no page.</summary>
    public string? Problem { get; private set; }

    private DateTimeOffset Now => services.Time.GetUtcNow();

    /// <summary>Runs.</summary>
    public async Task<FetchOutcome> RunAsync(CancellationToken cancellationToken)
    {
        while (WindowPlanner.Next(_held.Current, source.Timing, source.Progress, Now) is { } planned)
        {
            var outcome = await ReadWindowAsync(planned, cancellationToken);
            if (outcome != FetchOutcome.CaughtUp || !planned.IsTruncated)
            {
                return outcome == FetchOutcome.CaughtUp && _events == 0 ? FetchOutcome.Idle : outcome;
            }

            if (IsBudgetSpent)
            {
                await services.Continue(partition, cancellationToken);
                return FetchOutcome.Continued;
            }
        }

        await NoteIdleAsync(cancellationToken);
        return _events == 0 ? FetchOutcome.Idle : FetchOutcome.CaughtUp;
    }

    /// <summary>Notes that nothing can be fetched until somebody changes something.</summary>
    public Task<FetchOutcome> RefuseAsync(string reason, CancellationToken cancellationToken) =>
        BackOffAsync(new PageResult.Refused(0, reason), cancellationToken);

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
                        return await DropCursorAsync(cancellationToken) ? FetchOutcome.Continued : FetchOutcome.Skipped;
                    }

                    if (_pageAsker.MustRestart)
                    {
                        return await DropCursorAsync(cancellationToken) ? FetchOutcome.Continued : FetchOutcome.Skipped;
                    }

                    return result is PageResult.Failed { Broken: not null } broken
                        ? await TakeBrokenAsync(broken, planned, cursor, cancellationToken)
                        : await BackOffAsync(result, cancellationToken);
                }

                resumed = false;
                pending = null;
                var ahead = page.End.IsLast || IsBudgetSpent ? null : _pageAsker.AskAsync(window, page.End.Cursor, isFirst: false, cancellationToken);
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
                        var circle = new PageResult.Failed(200, $"the vendor's cursors lead in a circle after {_pages} pages; check 'paging', or tell the vendor");
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
        using var fresh = FreshEvents.Of(page.Content, source.Reading, _held.Ids);
        // One event without a time is an odd event and goes on its way; a page of them is a wrong definition, whose mark would never move.
        if (page.Content.Cut.Count > 1 && fresh.WithTime == 0)
        {
            var unreadable = new PageResult.Failed(200, "no event of the page has a time that can be read; check 'time' in the definition");
            return (await BackOffAsync(unreadable, cancellationToken), window);
        }

        // Vendors write an instant before 1970 for none, such as the year 1: no progress can be read from it.
        if (fresh.NewestAt is { } newest && newest > DateTimeOffset.UnixEpoch && !(window.NewestAt >= newest))
        {
            window = window with { NewestAt = newest };
        }

        var odd = PageRemains.New(page.Content.Cut, _held.Ids);
        if (fresh.Count + odd.Count > 0 && _held.Ids is null)
        {
            if (await _held.LoadIdsAsync(cancellationToken) is not { } ids)
            {
                return (FetchOutcome.Skipped, window);
            }

            fresh.Drop(ids);
            odd = PageRemains.New(page.Content.Cut, ids);
        }

        var news = fresh.Count + odd.Count;
        if (news > 0)
        {
            if (!await _held.LeaseAsync(planned.Window, cursor, cancellationToken))
            {
                return (FetchOutcome.Skipped, window);
            }

            // From the first batch to the commit a stop has to wait: a page that is sent and not committed is sent again, perhaps cut into other batches.
            cancellationToken = CancellationToken.None;
            await services.Remains.KeepAsync(partition, odd, planned.Window.OpenedAt, cancellationToken);
            await SendAsync(fresh, planned.Window.OpenedAt, cancellationToken);
            fresh.Remember(_held.Ids!, Now, (window.NewestAt ?? Now) - source.Timing.Overlap);
            PageRemains.Remember(odd, _held.Ids!, Now, (window.NewestAt ?? Now) - source.Timing.Overlap);
            _news += news;
        }

        if (page.End.IsLast)
        {
            return (await DrainedAsync(planned, window, page, cursor, cancellationToken), window);
        }

        if (IsBudgetSpent)
        {
            return (await ContinueLaterAsync(window, page.End.Cursor, news > 0, cancellationToken), window);
        }

        // A page without anything new needs no commit: repeating it costs a request and loses nothing.
        if (news > 0 && !await _held.CommitAsync(InWindow(window, page.End.Cursor, fetched: true), cancellationToken))
        {
            return (FetchOutcome.Skipped, window);
        }

        return (null, window);
    }

    private bool IsBudgetSpent => _pages >= services.Options.MaxPages || Now - _startedAt >= services.Options.MaxRunTime;

    private async Task SendAsync(FreshEvents fresh, DateTimeOffset openedAt, CancellationToken cancellationToken)
    {
        foreach (var destination in destinations)
        {
            _batches += await services.Packing.SendAsync(fresh, destination, partition, openedAt, cancellationToken);
        }

        _events += fresh.Count;
        services.Metrics.Fetched(source.Name, fresh.Count, fresh.Suppressed);
    }

    private Checkpoint InWindow(WindowInProgress window, string? cursor, bool fetched) => _held.Leased() with
    {
        Window = window,
        Cursor = cursor,
        Status = Worked(fetched),
    };

    private async Task<FetchOutcome> DrainedAsync(PlannedWindow planned, WindowInProgress window, PageResult.Page page, string? cursor, CancellationToken cancellationToken)
    {
        _pageAsker.Sizing.Grow();
        var keep = WindowPlanner.CursorAfter(source.Progress, page.Content.Cut.Offered, page.End.Cursor, cursor);
        var mark = WindowPlanner.MarkAfter(_held.Current.MarkAt, window, source.Progress, Now);
        var changed = _held.IsLeased || _held.Current.Window is not null || planned.IsTruncated || mark != _held.Current.MarkAt
            || (source.Progress == ProgressKind.Cursor && page.Content.Cut.Offered > 0 && keep != _held.Current.Cursor);
        if (!changed)
        {
            await NoteIdleAsync(cancellationToken);
            return FetchOutcome.CaughtUp;
        }

        var drained = _held.Current.Unleased() with
        {
            MarkAt = mark,
            ReadToAt = planned.IsTruncated ? planned.Window.ToAt : _held.Current.ReadToAt,
            Window = null,
            Cursor = keep,
            Status = Worked(_events > 0),
        };
        return await _held.CommitAsync(drained, cancellationToken) ? FetchOutcome.CaughtUp : FetchOutcome.Skipped;
    }

    private async Task<FetchOutcome> ContinueLaterAsync(WindowInProgress window, string? cursor, bool fetched, CancellationToken cancellationToken)
    {
        var next = InWindow(window, cursor, fetched).Unleased();
        if (_news == 0 && _pages >= ManyPages)
        {
            // A cursor that goes on for ever without an event must neither run for ever nor in silence: what it reached is kept, and the waits grow.
            var endless = new PageResult.Failed(200, $"{_pages} pages in a row brought nothing new, and the vendor still names a next one; it goes on from there");
            Problem = endless.Reason;
            var status = StatusAfter.Failure(_held.Current.Status, endless, source.Fingerprint, Now, services.Random);
            return await _held.CommitAsync(next with { Status = status with { PageSize = _pageAsker.Sizing.Remembered } }, cancellationToken) ? FetchOutcome.BackedOff : FetchOutcome.Skipped;
        }

        if (!await _held.CommitAsync(next, cancellationToken))
        {
            return FetchOutcome.Skipped;
        }

        await services.Continue(partition, cancellationToken);
        return FetchOutcome.Continued;
    }

    private async Task<bool> DropCursorAsync(CancellationToken cancellationToken)
    {
        // Ascending windows go on from the newest event seen; the others start again, since older events may still be missing.
        var mark = source.Order == EventOrder.Ascending && _held.Current.Window is { } open
            ? WindowPlanner.MarkAfter(_held.Current.MarkAt, open, source.Progress, Now)
            : _held.Current.MarkAt;
        if (!await _held.CommitAsync(_held.Current.Unleased() with { Cursor = null, Window = null, MarkAt = mark, Status = _held.Current.Status with { PageSize = _pageAsker.Sizing.Remembered } }, cancellationToken))
        {
            return false;
        }

        await services.Continue(partition, cancellationToken);
        return true;
    }

    private Task<FetchOutcome> BackOffAsync(PageResult result, CancellationToken cancellationToken) => BackOffAsync(result, dropCursor: false, cancellationToken);

    // A page that is not what the template says: if it stays so it is kept whole, and the events before its fault go on. The mark does not move.
    private async Task<FetchOutcome> TakeBrokenAsync(PageResult.Failed failed, PlannedWindow planned, string? cursor, CancellationToken cancellationToken)
    {
        using var page = failed.Broken!;
        if (await services.Remains.KeepAsync(partition, page, failed.Reason, _held.Current.Status, cancellationToken) is { } kept)
        {
            using var fresh = FreshEvents.Of(page, source.Reading, _held.Ids);
            if (fresh.Count > 0 && _held.Ids is null)
            {
                if (await _held.LoadIdsAsync(cancellationToken) is not { } ids)
                {
                    return FetchOutcome.Skipped;
                }

                fresh.Drop(ids);
            }

            if (fresh.Count > 0)
            {
                if (!await _held.LeaseAsync(planned.Window, cursor, cancellationToken))
                {
                    return FetchOutcome.Skipped;
                }

                await SendAsync(fresh, planned.Window.OpenedAt, cancellationToken);
                fresh.Remember(_held.Ids!, Now, planned.Window.FromAt);
            }

            failed = failed with { Reason = kept };
        }

        return await BackOffAsync(failed, cancellationToken);
    }

    private async Task<FetchOutcome> BackOffAsync(PageResult result, bool dropCursor, CancellationToken cancellationToken)
    {
        var status = StatusAfter.Failure(_held.Current.Status, result, source.Fingerprint, Now, services.Random) with
        {
            PageSize = _pageAsker.Sizing.Remembered,
            Events = _statusAtStart.Events + _events,
            Batches = _statusAtStart.Batches + _batches,
        };
        Problem = status.LastError;
        var next = _held.Current.Unleased() with { Status = status };
        await _held.CommitAsync(dropCursor ? next with { Cursor = null } : next, cancellationToken);
        return result is PageResult.Refused ? FetchOutcome.Refused : FetchOutcome.BackedOff;
    }

    // An idle poll writes nothing, but for a failure that is over and now and then the time of the poll.
    private async Task NoteIdleAsync(CancellationToken cancellationToken)
    {
        var status = _held.Current.Status;
        var stale = status.LastPollAt is null || Now - status.LastPollAt >= services.Options.IdleStatusInterval;
        if (stale || status.Failures > 0 || _held.IsLeased)
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
