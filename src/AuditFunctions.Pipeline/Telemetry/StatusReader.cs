using AuditFunctions.Pipeline.Destinations;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Sources;
using AuditFunctions.Pipeline.Sources.Definition;
using AuditFunctions.Pipeline.State;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Telemetry;

/// <summary>Reads how an installation is doing. Keeps what it has read of the ledger, so that reading again is cheap; not thread safe.</summary>
public sealed class StatusReader(
    StorageAccount storage,
    DefinitionCache definitions,
    CheckpointStore checkpoints,
    Ledger ledger,
    DeadLetterStore deadLetters,
    IOptions<FetchingOptions> options,
    TimeProvider time)
{
    private readonly DeliveryTimes _deliveries = new();

    /// <summary>Reads.</summary>
    public async Task<InstallationStatus> ReadAsync(CancellationToken cancellationToken)
    {
        var sources = await definitions.SourcesAsync(TimeSpan.Zero, cancellationToken);
        var destinations = await definitions.DestinationsAsync(TimeSpan.Zero, cancellationToken);
        var known = (await checkpoints.ListAsync(null, cancellationToken)).ToLookup(row => row.Partition.Source, StringComparer.Ordinal);
        await ReadLedgerAsync(cancellationToken);
        var now = time.GetUtcNow();
        var partitions = new List<PartitionReport>();
        foreach (var row in sources.Values)
        {
            var rows = known[row.Row.Name].Select(found => (found.Partition, Checkpoint: (Checkpoint?)found.Checkpoint)).ToArray();
            foreach (var (partition, checkpoint) in rows.Length > 0 ? rows : [(new PartitionId(row.Row.Name, PartitionId.Single), null)])
            {
                partitions.Add(Report(row, destinations, partition, checkpoint, now));
            }
        }

        return new InstallationStatus(
            now,
            partitions,
            await ReportAsync(new MessageQueue(storage.FetchQueue), cancellationToken),
            await ReportAsync(new MessageQueue(storage.ShipQueue), cancellationToken),
            await deadLetters.CountAsync(cancellationToken));
    }

    private PartitionReport Report(
        DefinedRow<SourceDefinition> row,
        IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>> destinations,
        PartitionId partition,
        Checkpoint? checkpoint,
        DateTimeOffset now)
    {
        var problems = SourceProblems.Of(row, destinations);
        var interval = row.Definition?.Timing.Interval ?? TimeSpan.FromMinutes(5);
        var state = PartitionState.Of(problems.Count > 0, RowSwitch.IsOn(row), interval, checkpoint, options.Value.IdleStatusInterval, now);
        var status = checkpoint?.Status ?? new PartitionStatus();
        return new PartitionReport
        {
            Partition = partition,
            State = state,
            MarkAt = checkpoint?.MarkAt,
            Delivery = _deliveries.Of(partition),
            Events = status.Events,
            LastPollAt = status.LastPollAt,
            Error = problems.Count > 0 ? string.Join(" ", problems) : status.LastError,
            NextPollAt = state.Health is PartitionHealth.Paused or PartitionHealth.BadRow ? null
                : status.NextPollAt > now ? status.NextPollAt
                : PollTimes.NextAfter(partition.Source, interval, now),
        };
    }

    private async Task ReadLedgerAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var yesterday = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-1);

        // Clocks of other instances may be a little behind ours.
        var since = _deliveries.NewestAt - TimeSpan.FromMinutes(1) ?? now - TimeSpan.FromDays(2);
        await foreach (var batch in ledger.ListDeliveredAsync(yesterday, since, cancellationToken))
        {
            _deliveries.Add(batch);
        }
    }

    private static async Task<QueueReport> ReportAsync(MessageQueue queue, CancellationToken cancellationToken) =>
        new(await queue.CountAsync(cancellationToken), await queue.OldestAsync(cancellationToken));
}
