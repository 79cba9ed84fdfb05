using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Pages through one window. For each page: send the batches, then commit the checkpoint. A stop in between repeats a page, which gives the same
/// batches, and never loses one.
/// </summary>
internal sealed class WindowReader(
    RunContext context, CheckpointSession session, RunTurns turns, PageAsker asker, PageIntake intake, RunCommits commits)
{
    private readonly PagesWithoutNewEvents _empty = new();
    private readonly WindowEnd _end = new(context, session, asker);
    private readonly CursorDoubt _cursorDoubt = new(context, session, asker);

    /// <summary>Counts what was done.</summary>
    public required RunTally Tally { get; init; }

    /// <summary>Takes the pages instead, of a snapshot source; null of others.</summary>
    public ListingIntake? Listings { get; init; }

    /// <summary>Reads a window until it is drained or the run must end.</summary>
    public async Task<FetchOutcome> ReadAsync(PlannedWindow planned, CancellationToken cancellationToken)
    {
        var window = planned.Window;
        var cursor = planned.Cursor;
        var resumed = cursor is not null;
        var trail = new CursorTrail();
        var order = new ProvedOrder();
        session.BeginWindow(window);
        asker.BeginWindow();
        trail.Add(context.Source.Paging.PlaceOf(cursor).Cursor);
        var kind = context.Source.Paging.Kind;
        if (kind.KeepsPlace && !await commits.AskingAsync(planned, cursor, cancellationToken))
        {
            return FetchOutcome.Skipped;
        }

        var isNew = planned.Sweep is null && session.Current.Status.Events == 0;
        var before = isNew ? await asker.BeforeAsync(window, cursor, cancellationToken) : null;
        Task<PageResult>? pending = asker.AskAsync(window, cursor, isFirst: Tally.Pages == 0, cancellationToken);
        try
        {
            while (true)
            {
                var result = await pending!;
                pending = null;
                (result, var isCursorBad) = await _cursorDoubt.OfAsync(result, planned, cursor, resumed, cancellationToken);
                if (result is not PageResult.Page page)
                {
                    return await NoPageAsync(result, planned, cursor, !isCursorBad ? null : resumed, cancellationToken);
                }

                if (before?.DoubtOf(page.Content) is { } doubt)
                {
                    page.Content.Dispose();
                    return await commits.BackOffAsync(new PollFailure(FailureKind.Failed, doubt), cancellationToken);
                }

                (resumed, before) = (false, null);
                if (page.End.Wait > context.Services.Options.MaxWait)
                {
                    page = page with { End = page.End with { IsLast = true } };
                }

                // The next page is asked for while this one is stored, unless that would make the vendor forget this one.
                var ahead = page.End.IsLast || page.End.Wait is not null || kind.KeepsPlace || turns.IsPageLast(planned)
                    ? null
                    : asker.AskAsync(window, page.End.Cursor, isFirst: false, cancellationToken);
                try
                {
                    var (outcome, after) = await TakePageAsync(page, planned, window, cursor, order, cancellationToken);
                    if (outcome is { } ended)
                    {
                        return ended;
                    }

                    window = after;
                    cursor = page.End.Cursor;
                    if (!trail.Add(context.Source.Paging.PlaceOf(cursor).Cursor))
                    {
                        // Read on, it would never end; ended here, the rest of the window would be left out. The window starts again at the next poll.
                        var circle = $"the vendor's cursors lead in a circle after {Tally.Pages} pages; check 'paging', or tell the vendor";
                        return await commits.BackOffAsync(new PollFailure(FailureKind.CursorCircle, circle), dropCursor: true, cancellationToken);
                    }

                    if (page.End.Wait is { } wait)
                    {
                        await Task.Delay(wait, context.Services.Time, cancellationToken);
                    }

                    (pending, ahead) = (ahead ?? asker.AskAsync(window, cursor, isFirst: false, cancellationToken), null);
                }
                finally
                {
                    page.Content.Dispose();
                    await PageAsker.DiscardAsync(ahead);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && session.IsLeased)
        {
            // A stop: give the partition back at once instead of letting its lease run out. What was committed stays.
            await session.GiveBackAsync();
            throw;
        }
        finally
        {
            await PageAsker.DiscardAsync(pending);
        }
    }

    // What is wrong with the cursor: null for nothing, else whether it is one that was kept, instead of one that this run was given.
    private async Task<FetchOutcome> NoPageAsync(
        PageResult result, PlannedWindow planned, string? cursor, bool? badCursorWasKept, CancellationToken cancellationToken)
    {
        if (result is PageResult.Refused { KeptFromAt: not null } kept && await commits.RestartAsync(planned, kept, cancellationToken) is { } restarted)
        {
            return restarted;
        }

        // A job is submitted anew with the cursor of the one that was lost.
        if (result is PageResult.Refused { StatusCode: 400 or 404 or 410 or 422 } && (cursor is null || context.Source.Job is not null)
            && await commits.PlanAnewAsync(planned, cancellationToken) is { } anew)
        {
            return anew;
        }

        if (badCursorWasKept is { } wasKept)
        {
            PageAsker.Discard(result);
            var isOther = asker.Suspect(result) || wasKept;
            if (isOther)
            {
                var status = result is PageResult.Refused refused ? refused.StatusCode : (result as PageResult.Failed)?.StatusCode ?? 0;
                FetchingLog.CursorRefused(context.Services.Log, context.Partition.Source, context.Partition.Partition, status);
            }

            return await commits.DropCursorAsync(planned, PollFailure.Of(result), isOther, cancellationToken);
        }

        if (asker.MustRestart)
        {
            PageAsker.Discard(result);
            return await commits.StartAgainAsync(planned, cancellationToken);
        }

        if (result is PageResult.Failed { MovedOn: true, Reason: var why })
        {
            return await commits.BackOffAsync(new PollFailure(FailureKind.Failed, why), dropCursor: true, cancellationToken);
        }

        if (result is PageResult.Failed { IsOfWindow: true })
        {
            return await commits.HalveAsync(planned, PollFailure.Of(result), cancellationToken);
        }

        if (result is not PageResult.Failed { Broken: { } content } unreadable)
        {
            return await BackOffAsync(PollFailure.Of(result), planned, cursor, cancellationToken);
        }

        using (content)
        {
            return await intake.TakeUnreadableAsync(unreadable, content, planned, Asked(cursor), cancellationToken) is { } failure
                ? await BackOffAsync(failure, planned, cursor, cancellationToken)
                : FetchOutcome.Skipped;
        }
    }

    private Task<FetchOutcome> BackOffAsync(PollFailure failure, PlannedWindow planned, string? cursor, CancellationToken cancellationToken) =>
        Listings is null || cursor is null ? commits.BackOffAsync(failure, cancellationToken) : commits.BackOffAtAsync(failure, planned, Asked(cursor), cancellationToken);

    // Takes one page: null to go on with the next one.
    private async Task<(FetchOutcome? Outcome, WindowInProgress Window)> TakePageAsync(
        PageResult.Page page, PlannedWindow planned, WindowInProgress window, string? cursor, ProvedOrder order, CancellationToken cancellationToken)
    {
        if (page.Lost is { } why)
        {
            FetchingLog.JobLost(context.Services.Log, context.Partition.Source, context.Partition.Partition, why);
        }

        var taken = Listings is null
            ? await intake.TakeAsync(page.Content, planned, Asked(cursor), IsDirect(planned, page), cancellationToken)
            : await Listings.TakeAsync(page.Content, planned, Asked(cursor), IsDirect(planned, page), cancellationToken);
        if (taken is PageTaken.Unusable unusable)
        {
            return (await BackOffAsync(unusable.Failure, planned, cursor, cancellationToken), window);
        }

        if (taken is not PageTaken.Sent sent)
        {
            return (FetchOutcome.Skipped, window);
        }

        // What was sent must be committed, whoever wants us to stop.
        var committing = sent.Fresh > 0 ? CancellationToken.None : cancellationToken;
        _empty.Note(sent.FirstKey, sent.Fresh);
        if (page.End.NamesItself && _empty.IsRepeated)
        {
            return (await BackOffAsync(PollFailure.Of(PageResult.Failed.OfSamePage(page.Content.Cut.Offered)), planned, cursor, committing), window);
        }

        window = FetchSteps.Seen(window, sent.Times, context.Source.Order == EventOrder.Ascending ? order.After(sent.Times) : null);

        if (page.End.OnlyIfNewer is { } stuck && (planned.Sweep is not null || window.NewestAt is null || window.NewestAt <= session.Current.MarkAt))
        {
            return (await BackOffAsync(new PollFailure(FailureKind.Failed, stuck), planned, cursor, committing), window);
        }

        if (Listings is not null && page.End.IsLast)
        {
            return (await Listings.EndAsync(planned, window, cursor, committing), window);
        }

        if (page.End.Remark is { } remark)
        {
            Tally.Doubt = remark;
            context.Services.Doubts.Note(context.Partition, remark);
        }

        if (Listings is null && _end.BehindOf(planned, window, page, sent) is { Count: > 0 } behind)
        {
            // Before the vendor is asked again, which a stop may break off.
            if (sent.Fresh > 0 && !await commits.PageSentAsync(planned, window, Asked(cursor), committing))
            {
                return (FetchOutcome.Skipped, window);
            }

            // Two large pages at once could wait for each other's memory.
            page.Content.ForgetBytes();
            committing = cancellationToken;
            if (await _end.DoubtAsync(behind, cancellationToken) is { } more)
            {
                FetchingLog.MoreBehind(context.Services.Log, context.Partition.Source, context.Partition.Partition, more);
                return (await commits.DropCursorAsync(planned, new PollFailure(FailureKind.Failed, more), isOther: false, CancellationToken.None), window);
            }
        }

        if (page.End.IsLast)
        {
            return (await commits.DrainedAsync(planned, window, page, cursor, committing), window);
        }

        if (turns.IsPageLast(planned))
        {
            return (_empty.AreEndless
                ? await commits.BackOffEndlessAsync(planned, window, page.End.Cursor, committing)
                : await commits.PauseAsync(planned, window, page.End.Cursor, sent.Fresh > 0, committing), window);
        }

        if ((page.MustKeep || session.Listing is { MustKeep: true }) && sent.Fresh == 0)
        {
            return (await commits.CursorGivenAsync(planned, window, page.End.Cursor, cancellationToken) ? null : FetchOutcome.Skipped, window);
        }

        // A page without anything new needs no commit: repeating it costs a request and loses nothing.
        return sent.Fresh > 0 && !await commits.PageSentAsync(planned, window, Asked(page.End.Cursor), committing)
            ? (FetchOutcome.Skipped, window)
            : (null, window);
    }

    // What is kept while the answer to a cursor is not.
    private string? Asked(string? cursor) => context.Source.Paging.Kind.CursorAsked(cursor);

    // What an ordinary poll brings, on its only page: a page that is not full is as good as the last one where only an empty page is the end.
    // Whatever is to be caught up with goes through the queue, so that others help to deliver it.
    private bool IsDirect(PlannedWindow planned, PageResult.Page page) =>
        context.Services.Options.DeliverDirectly && context.WasCaughtUp && planned.Sweep is null && Tally.Pages == 0
        && (page.End.IsLast || (context.Source.Expand is null && page.Content.Cut.Offered < asker.Sizing.Size));
}
