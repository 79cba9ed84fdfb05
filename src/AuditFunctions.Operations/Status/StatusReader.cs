using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Operations.Status;

/// <summary>Reads how an installation is doing. Keeps what it has read of the ledger, so that reading again is cheap; not thread safe.</summary>
public sealed class StatusReader(
    StorageAccount storage,
    DefinitionCache definitions,
    CheckpointStore checkpoints,
    Ledger ledger,
    Backpressure backpressure,
    IOptions<FetchingOptions> options,
    TimeProvider time)
{
    // Long enough to be seen, and no more than a reason to look back.
    private static readonly TimeSpan GapShown = TimeSpan.FromDays(30);

    private readonly DeliveryTimes _deliveries = new();

    private readonly Dictionary<string, DateTimeOffset> _lastDeliveries = new(StringComparer.Ordinal);

    /// <summary>Reads.</summary>
    public async Task<InstallationStatus> ReadAsync(CancellationToken cancellationToken)
    {
        var sources = await definitions.SourcesAsync(TimeSpan.Zero, cancellationToken);
        var destinations = await definitions.DestinationsAsync(TimeSpan.Zero, cancellationToken);
        var known = await checkpoints.ListAsync(null, cancellationToken);
        var waiting = await backpressure.ReadAsync(destinations.Count, cancellationToken);
        await ReadLedgerAsync(cancellationToken);
        var tick = await new TickRow(storage).ReadAsync(cancellationToken);
        var now = time.GetUtcNow();
        var isTicking = InstallationStatus.IsTicking(tick.At, tick.Pause, now);
        return new InstallationStatus(
            now,
            [.. PartitionFacts.Of(sources, destinations, known, waiting, options.Value.IdleStatusInterval, tick.Pause).Select(facts => Report(facts, isTicking, now))],
            await ReportAsync(storage.Fetches, cancellationToken),
            await ReportAsync(storage.Ships, cancellationToken),
            await new DeadLetterStore(storage).CountAsync(cancellationToken),
            [.. NamesOf(destinations, waiting).Select(name => Report(name, destinations, waiting, now))],
            tick.At)
        {
            TickPause = tick.Pause,
            Misplaced = [.. await RowTable.OfSources(storage).MisplacedAsync(cancellationToken), .. await RowTable.OfDestinations(storage).MisplacedAsync(cancellationToken)],
            Poisoned = (await Task.WhenAll(storage.Poisons.Select(queue => queue.CountAsync(cancellationToken)))).Sum(),
        };
    }

    private PartitionReport Report(PartitionFacts facts, bool isTicking, DateTimeOffset now)
    {
        var state = Known(PartitionState.Of(facts, now), facts, isTicking);
        var status = facts.Checkpoint?.Status ?? new PartitionStatus();
        return new PartitionReport
        {
            Partition = facts.Partition,
            State = state,
            MarkAt = facts.Checkpoint?.MarkAt,
            Delivery = _deliveries.Of(facts.Partition),
            Events = status.Events,
            Dropped = status.Dropped,
            Listing = facts.Checkpoint?.LastListing,
            Gap = facts.Checkpoint?.Gap is { } gap && now - gap.FoundAt < GapShown ? gap : null,
            Doubt = status.Doubt,
            LastPollAt = status.LastPollAt,
            Error = state.Reason ?? status.LastError,
            NextPollAt = state.Health is PartitionHealth.Paused or PartitionHealth.BadRow or PartitionHealth.Blocked or PartitionHealth.NoRow or PartitionHealth.Retired ? null
                : status.NextPollAt > now ? status.NextPollAt
                : facts.Partition.IsDiscovery ? status.LastPollAt + facts.Interval
                : PollTimes.NextAfter(facts.Partition.Name, facts.Interval, now),
            Tiers = facts is { Timing: { } timing, Checkpoint: { } checkpoint } ? TierView.Of(checkpoint, timing, now) : [],
        };
    }

    // What was well at the last poll says nothing when there is no next one.
    private static PartitionState Known(PartitionState state, PartitionFacts facts, bool isTicking) =>
        isTicking || !state.IsWell || state.Health is PartitionHealth.Paused or PartitionHealth.NeverPolled or PartitionHealth.Retired ? state
        : new PartitionState(PartitionHealth.Overdue, SinceAt: facts.Checkpoint?.Status.LastPollAt, Reason: "nothing runs: see the last tick");

    private DestinationReport Report(string name, IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>> destinations, WaitingBatches waiting, DateTimeOffset now)
    {
        var row = destinations.GetValueOrDefault(name);
        var problem = row is null ? "batches wait for it and it has no row; add one"
            : row.Definition is null ? string.Join(" ", row.Problems)
            : null;
        var record = waiting.Records.GetValueOrDefault(name);
        DateTimeOffset? last = _lastDeliveries.TryGetValue(name, out var at) && !(record?.LastDeliveryAt > at) ? at : record?.LastDeliveryAt;
        return new DestinationReport(name, DestinationState.Of(problem, record, waiting.Of(name), last, now), last, record?.OpenUntil > now ? record.OpenUntil : null);
    }

    // One whose row is gone counts as long as something waits for it.
    private static IEnumerable<string> NamesOf(IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>> destinations, WaitingBatches waiting) =>
        destinations.Keys.Concat(waiting.Records.Where(record => !destinations.ContainsKey(record.Key) && Math.Min(record.Value.Backlog, waiting.Ships) > 0).Select(record => record.Key)).Order(StringComparer.Ordinal);

    private async Task ReadLedgerAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var yesterday = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1);

        // Clocks of other instances may be a little behind ours.
        var since = _deliveries.NewestAt - TimeSpan.FromMinutes(1) ?? now - TimeSpan.FromDays(2);
        await foreach (var batch in ledger.ListDeliveredAsync(yesterday, since, cancellationToken))
        {
            _deliveries.Add(batch);
            if (!_lastDeliveries.TryGetValue(batch.Destination, out var last) || batch.DeliveredAt > last)
            {
                _lastDeliveries[batch.Destination] = batch.DeliveredAt;
            }
        }
    }

    private static async Task<QueueReport> ReportAsync(MessageQueue queue, CancellationToken cancellationToken) =>
        new(await queue.CountAsync(cancellationToken), await queue.OldestAsync(cancellationToken));
}
