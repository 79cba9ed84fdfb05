using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Takes pages in: drops what was sent before, quarantines what is not JSON and sends on what is fresh, under the lease.</summary>
internal sealed class PageIntake(RunContext context, CheckpointSession session, RunTally tally)
{
    // So many of a source that never brought anything are not gone: what asks for them is wrong.
    private const int GoneToDoubt = 10;

    // Failed polls before a page of nothing but items that are gone is believed.
    private const int PollsBeforeGone = 2;

    private WindowLookups _lookups = WindowLookups.None;
    private PlannedWindow? _lookupsOf;

    /// <summary>Takes a page. When its events are sent, the checkpoint is still to be committed.</summary>
    /// <param name="content">The page.</param>
    /// <param name="planned">The window that it belongs to.</param>
    /// <param name="cursor">The cursor that it was asked for with.</param>
    /// <param name="direct">Whether its few events are delivered by the run itself.</param>
    /// <param name="cancellationToken">Ends the attempt before the first batch is sent.</param>
    public async Task<PageTaken> TakeAsync(PageContent content, PlannedWindow planned, string? cursor, bool direct, CancellationToken cancellationToken)
    {
        tally.PageCame(isOfSlice: planned.Sweep is not null);
        var limit = FetchSteps.LimitOf(planned, context.Source.Progress, context.Now);
        using var fresh = FreshEvents.Of(content, context.Source.Reading, session.Ids, limit, cancellationToken);

        if (content.Listed is { Gone.Count: > 0 } listed)
        {
            // All at once may be a hiccup of the vendor's; what is really gone is so at the next polls too.
            var isNew = session.Current.Status.Events == 0 && listed.Gone.Count >= GoneToDoubt;
            if (content.Cut.Count == 0 && (isNew || (listed.Gone.Count > 1 && session.Current.Status.Failures < PollsBeforeGone)))
            {
                var gone = isNew
                    ? $"{listed.Gone.Count} items of the list are gone, and no event ever came: check 'expand.request' in the definition. The first: {listed.Gone[0]}"
                    : $"{listed.Gone.Count} items of the list are gone, and nothing else came; they are asked for again before they are passed over. The first: {listed.Gone[0]}";
                return new PageTaken.Unusable(new PollFailure(FailureKind.Failed, gone));
            }

            FetchingLog.ItemsGone(context.Services.Log, context.Partition.Source, context.Partition.Partition, listed.Gone.Count, listed.Gone[0]);
        }

        // One event without a time goes on its way; a page of them is a wrong definition, whose mark would never move.
        if (content.Cut.Count > 1 && fresh.Times.Readable == 0)
        {
            const string Reason = "no event of the page has a time that can be read; check 'time' in the definition";
            return new PageTaken.Unusable(new PollFailure(FailureKind.NoTimes, Reason));
        }

        if (content.Elsewhere is { } elsewhere)
        {
            var reason = elsewhere.Reason(context.Source.Reading.Plan.Events);
            if (elsewhere.HasTimes && session.Current.Status.Events == 0)
            {
                return new PageTaken.Unusable(new PollFailure(FailureKind.Failed, reason));
            }

            tally.Doubt = reason;
            context.Services.Doubts.Note(context.Partition, reason);
        }

        tally.NeededIds |= content.Cut.Count > 0;
        var bad = PageQuarantine.New(content.Cut, session.Ids);
        if (fresh.Count + bad.Count > 0)
        {
            if (!await KnowIdsAsync(fresh, cancellationToken))
            {
                return new PageTaken.Lost();
            }

            bad = PageQuarantine.New(content.Cut, session.Ids);
        }

        context.Services.Changed.Note(context.Partition, fresh.Changed);
        var news = fresh.Count + bad.Count;
        try
        {
            return news > 0 && !await SendAsync(fresh, bad, planned, cursor, direct, cancellationToken)
                ? new PageTaken.Lost()
                : new PageTaken.Sent(news, fresh.Times, fresh.FirstKey);
        }
        catch (SecretException exception)
        {
            return new PageTaken.Unusable(new PollFailure(FailureKind.Refused, exception.Message));
        }
    }

    /// <summary>Takes an unreadable page: if it stays so it is kept whole, and the events before its fault go on. The mark does not move.</summary>
    /// <returns>The failure, which names where the page is kept; null when somebody else works on the partition.</returns>
    public async Task<PollFailure?> TakeUnreadableAsync(
        PageResult.Failed failed, PageContent page, PlannedWindow planned, string? cursor, CancellationToken cancellationToken)
    {
        var failure = PollFailure.Of(failed);
        var status = session.Current.Status;
        if (await context.Services.Quarantine.KeepAsync(context.Partition, page, failed.Reason, status, Withholds, cancellationToken) is not { } kept)
        {
            return failure;
        }

        if (context.Source.Snapshot is not null)
        {
            // Its objects are sent when it can be read: a listing is never gone on with behind a gap.
            return failure with { Reason = $"{failed.Reason}; kept as dead letter '{kept}'", KeptPage = kept };
        }

        using var fresh = FreshEvents.Of(page, context.Source.Reading, session.Ids, context.Now, cancellationToken);
        if (fresh.Count > 0 && !await KnowIdsAsync(fresh, cancellationToken))
        {
            return null;
        }

        try
        {
            if (fresh.Count > 0 && !await SendAsync(fresh, [], planned, cursor, direct: false, cancellationToken))
            {
                return null;
            }
        }
        catch (SecretException exception)
        {
            return new PollFailure(FailureKind.Refused, exception.Message);
        }

        return failure with { Reason = $"{failed.Reason}; kept as dead letter '{kept}'. The events before the fault were sent on", KeptPage = kept };
    }

    // What one destination must not see, and another may, is kept: its list is no list of all.
    private bool Withholds => (context.Source.Processors?.Withholds ?? false)
        || context.Source.Destinations.All(name => context.Source.Routes.TryGetValue(name, out var route) && route.Withholds);

    // Drops what was sent before. A run that finds nothing new never needs to read the ids. False: somebody else works on the partition.
    private async Task<bool> KnowIdsAsync(FreshEvents fresh, CancellationToken cancellationToken)
    {
        if (session.Ids is null)
        {
            if (await session.LoadIdsAsync(cancellationToken) is not { } ids)
            {
                return false;
            }

            fresh.Drop(ids);
        }

        if (fresh.Count > 0)
        {
            await session.DropSeenAsync(fresh, cancellationToken);
        }

        return true;
    }

    /// <summary>Sends events on, and keeps what is not JSON, under the lease.</summary>
    /// <returns>false when somebody else works on the partition.</returns>
    /// <exception cref="SecretException">A key of a processor could not be read; nothing is sent.</exception>
    public async Task<bool> SendAsync(
        IFreshEvents fresh, IReadOnlyList<BadEvent> bad, PlannedWindow planned, string? cursor, bool direct, CancellationToken cancellationToken)
    {
        // Before anything is kept anywhere: what a processor hides must be gone from the first copy on.
        using var routed = await ProcessAsync(fresh, planned, cancellationToken);
        if (!await session.LeaseAsync(planned, cursor, direct, cancellationToken))
        {
            return false;
        }

        // From the first batch to the commit a stop has to wait: a page that is sent and not committed is sent again, perhaps in other batches.
        var openedAt = planned.Window.OpenedAt;
        await context.Services.Quarantine.KeepAsync(context.Partition, bad, openedAt, Withholds, CancellationToken.None);
        await ForwardAsync(routed, openedAt, direct ? session.Current.LeaseUntil : null);
        context.Services.Metrics.Fetched(context.Source.Name, routed.Count, fresh.Suppressed);
        foreach (var (applied, processed) in routed.Lists)
        {
            tally.LeftOut(context.Services.Processing!.Report(applied, processed, context.Partition));
        }

        tally.LeftOut(routed.Processed.LeftOut, routed.Processed.Given);
        if (fresh is FreshEvents events)
        {
            ReportAhead(events, planned);
            events.Remember(session.Ids!, context.Now);
            foreach (var repeat in routed.Lists.SelectMany(list => list.Events.Repeats))
            {
                session.Ids!.Add(repeat.Key, repeat.Seconds);
            }
        }

        if (bad.Count > 0)
        {
            PageQuarantine.Remember(bad, session.Ids!, context.Now);
        }

        return true;
    }

    // The same for all pages of a window. A page that was in flight when a run broke off gets those of before.
    private async Task<WindowLookups> LookupsAsync(PlannedWindow planned, CancellationToken cancellationToken)
    {
        if (context.Source is { Processors: null, Routes.Count: 0 })
        {
            return WindowLookups.None;
        }

        if (!ReferenceEquals(_lookupsOf, planned))
        {
            _lookups = await context.Services.Processing!.LoadAsync(context.Source, context.Partition, planned.Window.Lookups, cancellationToken);
            _lookupsOf = planned;
        }

        session.Lookups = _lookups.Versions;
        return _lookups;
    }

    private async Task<RoutedEvents> ProcessAsync(IFreshEvents fresh, PlannedWindow planned, CancellationToken cancellationToken)
    {
        var (source, processing) = (context.Source, context.Services.Processing!);
        var (files, memory) = (await LookupsAsync(planned, cancellationToken), session.Repeats(planned.Window));
        var common = source.Processors is { } list ? await processing.ApplyAsync(list, files, fresh, context.Partition, memory, cancellationToken) : null;
        var routed = new RoutedEvents(fresh, source.Processors, common);
        try
        {
            foreach (var (destination, route) in source.Routes)
            {
                routed.Add(destination, route, await processing.ApplyAsync(route, files, fresh, context.Partition, memory, cancellationToken));
            }

            return routed;
        }
        catch
        {
            routed.Dispose();
            throw;
        }
    }

    // The events of the page that were not sent before, in their order, as the processors left them.
    private async Task ForwardAsync(RoutedEvents events, DateTimeOffset openedAt, DateTimeOffset? directUntil)
    {
        var batches = 0;
        if (directUntil is null)
        {
            foreach (var destination in context.Destinations)
            {
                batches += await PackAsync(destination);
            }
        }
        else
        {
            // One that hangs must not delay the others; what is sent so is little.
            batches = (await Task.WhenAll(context.Destinations.Select(PackAsync))).Sum();
        }

        tally.Sent(events.Count, batches);

        Task<int> PackAsync(DestinationDefinition destination)
        {
            var poll = PollStart.Of(context.Source.Timing, context.StartedAt);
            return context.Services.Packing.SendAsync(events.For(destination.Name), destination, context.Origin, openedAt, poll, directUntil, CancellationToken.None);
        }
    }

    private void ReportAhead(FreshEvents fresh, PlannedWindow planned)
    {
        var limit = (planned.Window.ToAt > context.Now ? planned.Window.ToAt : context.Now) + WindowPlanner.VendorSkew;
        if (fresh.After(limit) is { Count: > 0 } ahead)
        {
            FetchingLog.EventsAhead(context.Services.Log, context.Partition.Source, context.Partition.Partition, ahead.Count, ahead.NewestAt);
        }
    }
}
