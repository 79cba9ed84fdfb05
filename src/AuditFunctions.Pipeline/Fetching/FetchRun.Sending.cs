using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>How what is fresh on a page is sent on.</summary>
internal sealed partial class FetchRun
{
    // And by a run that ended well: what another one may have sent before it died is looked for in the ledger, on the way through the queue.
    private readonly bool _wasCaughtUp = read is { MarkAt: not null, Window: null, LeaseOwner: null };

    /// <summary>Whether the ids of recent events were needed: a page held events, known or not.</summary>
    public bool NeededIds { get; private set; }

    private async Task SendAsync(FreshEvents fresh, DateTimeOffset openedAt, DateTimeOffset? directUntil, CancellationToken cancellationToken)
    {
        if (directUntil is null)
        {
            foreach (var destination in destinations)
            {
                _batches += await SendAsync(destination);
            }
        }
        else
        {
            // One that hangs must not delay the others; what is sent so is little.
            _batches += (await Task.WhenAll(destinations.Select(SendAsync))).Sum();
        }

        _events += fresh.Count;
        services.Metrics.Fetched(source.Name, fresh.Count, fresh.Suppressed);

        Task<int> SendAsync(DestinationDefinition destination) =>
            services.Packing.SendAsync(fresh, destination, partition, openedAt, PollStart.Of(source.Timing, _startedAt), directUntil, cancellationToken);
    }

    // What an ordinary poll brings, on its only page: a page that is not full is as good as the last one where only an empty page is the end. Whatever
    // is to be caught up with goes through the queue, so that others help to deliver it.
    private bool IsDirect(PlannedWindow planned, PageResult.Page page) => services.Options.DeliverDirectly && _wasCaughtUp
        && planned.Sweep is null && _pages == 1 && (page.End.IsLast || page.Content.Cut.Offered < _pageAsker.Sizing.Size);
}
