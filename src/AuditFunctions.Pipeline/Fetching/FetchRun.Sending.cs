using AuditFunctions.Pipeline.Sources;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>How what is fresh on a page is sent on.</summary>
internal sealed partial class FetchRun
{
    private readonly bool _wasCaughtUp = read is { MarkAt: not null, Window: null };

    /// <summary>Whether the ids of recent events were needed: a page held events, known or not.</summary>
    public bool NeededIds { get; private set; }

    private async Task SendAsync(FreshEvents fresh, DateTimeOffset openedAt, DateTimeOffset? directUntil, CancellationToken cancellationToken)
    {
        foreach (var destination in destinations)
        {
            _batches += await services.Packing.SendAsync(fresh, destination, partition, openedAt, PollStart.Of(source.Timing, _startedAt), directUntil, cancellationToken);
        }

        _events += fresh.Count;
        services.Metrics.Fetched(source.Name, fresh.Count, fresh.Suppressed);
    }

    // What an ordinary poll brings, on its only page. Whatever is to be caught up with goes through the queue, so that others help to deliver it.
    private DateTimeOffset? DirectUntil(PlannedWindow planned, PageResult.Page page) =>
        services.Options.DeliverDirectly && _wasCaughtUp && planned.Sweep is null && _pages == 1 && page.End.IsLast ? _held.Current.LeaseUntil : null;
}
