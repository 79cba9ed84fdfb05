using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Takes the pages of a snapshot source in, and what its listing has no more when that is proved to be read to its end.</summary>
internal sealed class ListingIntake(RunContext context, CheckpointSession session, RunTally tally, RunTurns turns, PageIntake intake, RunCommits commits)
{
    // Removed objects that are sent and committed at once.
    private const int MostMissing = 1_000;

    private readonly ListingSession _listing = session.Listing!;

    /// <summary>Takes a page. When its events are sent, the checkpoint is still to be committed.</summary>
    public async Task<PageTaken> TakeAsync(PageContent content, PlannedWindow planned, string? cursor, bool direct, CancellationToken cancellationToken)
    {
        tally.PageCame(isOfSlice: false);
        await _listing.LoadAsync(planned.Window.OpenedAt, session.Current, cancellationToken);
        using var page = await ListedPage.OfAsync(content, context.Source, planned.Window.OpenedAt, _listing, cancellationToken);
        if (_listing.Memory.Held > ListingSession.MostObjects)
        {
            var reason = $"the listing has more than {ListingSession.MostObjects:N0} objects, which one partition cannot hold; list it in 'partitions', or with a filter in the request";
            return new PageTaken.Unusable(new PollFailure(FailureKind.Refused, reason));
        }

        var bad = content.Cut.Quarantined;
        if (bad.Count > 0)
        {
            if ((session.Ids ?? await session.LoadIdsAsync(cancellationToken)) is not { } ids)
            {
                return new PageTaken.Lost();
            }

            bad = PageQuarantine.New(content.Cut, ids);
        }

        try
        {
            if (page.Events.Count + bad.Count > 0 && !await intake.SendAsync(page.Events, bad, planned, cursor, direct, cancellationToken))
            {
                return new PageTaken.Lost();
            }
        }
        catch (SecretException exception)
        {
            return new PageTaken.Unusable(new PollFailure(FailureKind.Refused, exception.Message));
        }

        page.Keep(_listing);
        Report(page, content, cursor);
        return new PageTaken.Sent(page.Events.Count + bad.Count, default, page.FirstKey);
    }

    /// <summary>The vendor's last page is taken.</summary>
    /// <param name="planned">The listing.</param>
    /// <param name="window">The same.</param>
    /// <param name="cursor">What the page was asked for with; null where it is the only one.</param>
    /// <param name="cancellationToken">Ends the attempt before something is sent.</param>
    public async Task<FetchOutcome> EndAsync(PlannedWindow planned, WindowInProgress window, string? cursor, CancellationToken cancellationToken)
    {
        await _listing.LoadAsync(planned.Window.OpenedAt, session.Current, cancellationToken);
        if (cursor is not null && _listing.Progress is { IsSecond: false, Doubt: null } && context.Source.Snapshot!.Changes == SnapshotChanges.Diff && _listing.Memory.Missing(0, 1, out _).Count > 0)
        {
            // What is deleted while pages are read moves what stands behind it to a page that was read already, and nobody saw it.
            _listing.Again();
            return await commits.AgainAsync(planned, window, CancellationToken.None);
        }

        _listing.End();
        if (_listing.Progress.Doubt is { } doubt && context.Source.Snapshot!.Compares)
        {
            FetchingLog.ListingInDoubt(context.Services.Log, context.Partition.Source, context.Partition.Partition, doubt);
        }

        // From here on the vendor is not asked again: what is sent now must stay what it is.
        var isMore = context.Source.Snapshot!.KeepMark is not null || (!IsCompared && _listing.Memory.Missing(0, 1, out _).Count > 0);
        return isMore && !await commits.PageSentAsync(planned, window, cursor: null, CancellationToken.None)
            ? FetchOutcome.Skipped
            : await GoOnAsync(planned, window, cancellationToken);
    }

    /// <summary>Goes on where the listing is read, and what it has no more is not sent yet.</summary>
    public async Task<FetchOutcome> GoOnAsync(PlannedWindow planned, WindowInProgress window, CancellationToken cancellationToken)
    {
        await _listing.LoadAsync(planned.Window.OpenedAt, session.Current, cancellationToken);
        while (!IsCompared && _listing.Memory.Missing(_listing.Progress.Compared, MostMissing, out var next) is { Count: > 0 } missing)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TakeMissingAsync(missing, planned, cancellationToken) is { } failure)
            {
                return failure.Kind == FailureKind.None ? FetchOutcome.Skipped : await commits.BackOffAsync(failure, cancellationToken);
            }

            _listing.Compared(next);
            if (turns.IsBudgetSpent)
            {
                return await commits.PauseAsync(planned, window, cursor: null, fetched: true, CancellationToken.None);
            }

            if (!await commits.PageSentAsync(planned, window, cursor: null, CancellationToken.None))
            {
                return FetchOutcome.Skipped;
            }
        }

        // The table of several partitions is made of what their checkpoints say: whoever proves its listing last sees all.
        if (context.Source is { Partitions: not null, Snapshot.KeepMark: not null } && _listing.Progress.Doubt is null && !await commits.ProvedAsync(planned, window, CancellationToken.None))
        {
            return FetchOutcome.Skipped;
        }

        await context.Services.Tables!.WriteAsync(context, _listing, planned.Window.OpenedAt, cancellationToken);
        return await commits.ListedAsync(planned, CancellationToken.None);
    }

    // Each object is sent whatever was known, or what was sent is all that there is to say of it.
    private bool IsCompared => !context.Source.Snapshot!.Compares || (_listing.Progress.Doubt is null && context.Source.Snapshot.Changes != SnapshotChanges.Diff);

    // Null: taken. A failure of no kind: somebody else works on the partition.
    private async Task<PollFailure?> TakeMissingAsync(
        IReadOnlyList<(Events.EventKey Key, ulong Content, FieldsPlace Place)> missing, PlannedWindow planned, CancellationToken cancellationToken)
    {
        var isDiff = context.Source.Snapshot!.Changes == SnapshotChanges.Diff;
        var fields = isDiff ? await _listing.FieldsAsync(missing.Select(one => (one.Key, one.Place)), cancellationToken) : null;
        if (_listing.Progress.Doubt is not null)
        {
            // Known on, so that a listing without doubt says what became of them.
            foreach (var one in missing)
            {
                _listing.Keep(one.Key, one.Content, fields?.GetValueOrDefault(one.Key) ?? [], row: [], isNew: false);
            }

            return null;
        }

        using var events = new ListedEvents(default, planned.Window.OpenedAt);
        var lost = 0;
        foreach (var one in missing)
        {
            if (fields?.GetValueOrDefault(one.Key) is not { } before)
            {
                lost++;
            }
            else if (ObjectContent.KeyOf(before) is { Length: > 0 } key)
            {
                events.Add(one.Key, ulong.MaxValue, "removed", key, fields: [], slice: null);
            }
        }

        if (lost > 0)
        {
            _listing.Lost(lost);
        }

        try
        {
            return events.Count == 0 || await intake.SendAsync(events, [], planned, null, direct: false, cancellationToken)
                ? null
                : new PollFailure(FailureKind.None, "");
        }
        catch (SecretException exception)
        {
            return new PollFailure(FailureKind.Refused, exception.Message);
        }
    }

    private void Report(ListedPage page, PageContent content, string? cursor)
    {
        var (source, partition) = (context.Partition.Source, context.Partition.Partition);
        if (cursor is not null && content.IsOfError)
        {
            _listing.Doubt("an error that an error rule calls empty was the answer in its middle");
        }

        if (page.Keyless > 0)
        {
            FetchingLog.ObjectsWithoutKey(context.Services.Log, source, partition, page.Keyless);
            _listing.Doubt("objects without the key are in it");
        }

        if (page.Twice > 0)
        {
            FetchingLog.KeysTwice(context.Services.Log, source, partition, page.Twice);
        }

        if (page.NotKept > 0)
        {
            FetchingLog.ValuesNotKept(context.Services.Log, source, page.NotKept, TableRowWriter.LongestValue, TableRowWriter.Deepest);
        }

        if (content.Cut.Quarantined.Count > 0)
        {
            _listing.Doubt("objects that are not JSON are in it");
        }

        if (content.Listed is { Gone.Count: > 0 } listed)
        {
            FetchingLog.ItemsGone(context.Services.Log, source, partition, listed.Gone.Count, listed.Gone[0]);
            _listing.Doubt("items that are gone are in it");
        }
    }
}
