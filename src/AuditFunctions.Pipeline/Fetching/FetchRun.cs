using AuditFunctions.Pipeline.Destinations;
using AuditFunctions.Pipeline.Sources;
using AuditFunctions.Pipeline.Sources.Definition;
using AuditFunctions.Pipeline.State;
using AuditFunctions.Pipeline.Telemetry;

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
    private readonly DateTimeOffset _startedAt = services.Time.GetUtcNow();
    private readonly PartitionStatus _statusAtStart = read.Status;
    private readonly HeldCheckpoint _held = new(partition, read, source.Timing, services);
    private readonly PageAsker _pageAsker = new(source, partition, services);
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

                    return await BackOffAsync(result, cancellationToken);
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

        if (fresh.Count > 0 && _held.Ids is null)
        {
            if (await _held.LoadIdsAsync(cancellationToken) is not { } ids)
            {
                return (FetchOutcome.Skipped, window);
            }

            fresh.Drop(ids);
        }

        if (fresh.Count > 0)
        {
            if (!await _held.LeaseAsync(planned.Window, cursor, cancellationToken))
            {
                return (FetchOutcome.Skipped, window);
            }

            await SendAsync(fresh, planned.Window.OpenedAt, cancellationToken);
            fresh.Remember(_held.Ids!, Now, (window.NewestAt ?? Now) - source.Timing.Overlap);
        }

        if (page.End.IsLast)
        {
            return (await DrainedAsync(planned, window, page, cursor, cancellationToken), window);
        }

        if (IsBudgetSpent)
        {
            return (await ContinueLaterAsync(window, page.End.Cursor, fresh.Count > 0, cancellationToken), window);
        }

        // A page without anything new needs no commit: repeating it costs a request and loses nothing.
        if (fresh.Count > 0 && !await _held.CommitAsync(InWindow(window, page.End.Cursor, fresh.Count > 0), cancellationToken))
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
            _batches += await services.Packing.SendAsync(fresh, destination, partition, openedAt, PollStart.Of(source.Timing, _startedAt), cancellationToken);
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
        var keep = WindowPlanner.CursorAfter(source.Progress, page.Content.Cut.Count, page.End.Cursor, cursor);
        var mark = WindowPlanner.MarkAfter(_held.Current.MarkAt, window, source.Progress, Now);
        var changed = _held.IsLeased || _held.Current.Window is not null || planned.IsTruncated || mark != _held.Current.MarkAt
            || (source.Progress == ProgressKind.Cursor && page.Content.Cut.Count > 0 && keep != _held.Current.Cursor);
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
        if (!await _held.CommitAsync(InWindow(window, cursor, fetched).Unleased(), cancellationToken))
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
        if (!await _held.CommitAsync(_held.Current.Unleased() with { Cursor = null, Window = null, MarkAt = mark }, cancellationToken))
        {
            return false;
        }

        await services.Continue(partition, cancellationToken);
        return true;
    }

    private async Task<FetchOutcome> BackOffAsync(PageResult result, CancellationToken cancellationToken)
    {
        var status = StatusAfter.Failure(_held.Current.Status, result, source.Fingerprint, Now, services.Random);
        Problem = status.LastError;
        await _held.CommitAsync(_held.Current.Unleased() with { Status = status }, cancellationToken);
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
    };
}
