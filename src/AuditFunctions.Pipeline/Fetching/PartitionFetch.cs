using System.Collections.Concurrent;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Storage;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Fetches one partition: finds its definition, reads its checkpoint, runs, and logs how that ended. Thread safe.</summary>
internal sealed class PartitionFetch(DefinitionCache definitions, CheckpointStore checkpoints, StorageClock clock, PartitionRefresh discovery, FetchServices services)
{
    private readonly ConcurrentDictionary<PartitionId, bool> _needsIds = new();

    /// <summary>Fetches until the partition is caught up or the budget is spent.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="force">Whether a person asked: a back-off after failures does not hold.</param>
    /// <param name="rowsMaxAge">How old the rows may be.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task<FetchOutcome> RunAsync(PartitionId partition, bool force, TimeSpan rowsMaxAge, CancellationToken cancellationToken)
    {
        var sources = await definitions.SourcesAsync(rowsMaxAge, cancellationToken);
        if (!sources.TryGetValue(partition.Source, out var row) || row.Definition is not { Enabled: true } source)
        {
            return FetchOutcome.Skipped;
        }

        var (checkpoint, ids) = await ReadAsync(partition, cancellationToken);
        checkpoint = SourcePartitions.Listed(source, partition, checkpoint);
        if (!SourcePartitions.Has(source, partition, checkpoint))
        {
            return FetchOutcome.Skipped;
        }

        if (clock.Problem is { } problem)
        {
            FetchingLog.ClockOff(services.Log, partition.Source, partition.Partition, problem);
            return FetchOutcome.Skipped;
        }

        var now = services.Time.GetUtcNow();
        if (checkpoint.IsLeased(now) || (!force && checkpoint.Status.IsBackedOff(source.Fingerprint, now)))
        {
            return FetchOutcome.Skipped;
        }

        if (checkpoint.UnreadableColumn is { } column)
        {
            FetchingLog.Unreadable(services.Log, partition.Source, partition.Partition, column);
            return FetchOutcome.Skipped;
        }

        if (partition.IsDiscovery)
        {
            return await discovery.RunAsync(source, checkpoint, cancellationToken);
        }

        if (PlausibleCheckpoint.AheadOf(checkpoint, now) is { } ahead)
        {
            if (await CorrectAsync(partition, checkpoint, source, ahead, cancellationToken) is not { } corrected)
            {
                return FetchOutcome.Skipped;
            }

            (checkpoint, ids) = (corrected, null);
        }

        var (destinations, missing) = await DestinationsOfAsync(source, rowsMaxAge, cancellationToken);
        var run = new FetchRun(source, destinations, partition, WindowPlanner.WithSince(FetchSteps.Fitting(checkpoint, source.Snapshot), source.Timing, now), ids, services);
        var work = missing is null ? run.RunAsync(cancellationToken) : run.RefuseAsync(missing, cancellationToken);
        await run.KeepLeaseAsync(work);
        var outcome = await work;
        if (run.Tally.NeededIds)
        {
            _needsIds[partition] = true;
        }
        else
        {
            _needsIds.TryRemove(partition, out _);
        }

        Log(partition, run.Tally, outcome);
        return outcome;
    }

    private async Task<Checkpoint?> CorrectAsync(
        PartitionId partition, Checkpoint checkpoint, SourceDefinition source, (string What, DateTimeOffset At) ahead, CancellationToken cancellationToken)
    {
        if (await checkpoints.ReadRecentIdsAsync(partition, checkpoint, cancellationToken) is not { } ids)
        {
            return null;
        }

        var now = services.Time.GetUtcNow();
        var corrected = PlausibleCheckpoint.Corrected(checkpoint, ids, source.Timing, now) with { WriteId = services.Random.NextId() };
        FetchingLog.Implausible(
            services.Log, partition.Source, partition.Partition, ahead.What, ahead.At, WindowPlanner.StartOf(corrected, source.Timing, now));
        return await checkpoints.TryWriteAsync(partition, corrected, null, cancellationToken);
    }

    // A poll that brings events needs the recent ids too; one that is like the last saves a request by reading them with the rest.
    private async Task<(Checkpoint Checkpoint, RecentIds? Ids)> ReadAsync(PartitionId partition, CancellationToken cancellationToken) =>
        _needsIds.GetValueOrDefault(partition)
            ? await checkpoints.ReadWithIdsAsync(partition, cancellationToken)
            : (await checkpoints.ReadAsync(partition, cancellationToken), null);

    // Without its format nothing can be packed for a destination, and an event that is not packed for one of them would be lost to it.
    private async Task<(IReadOnlyList<DestinationDefinition> Found, string? Missing)> DestinationsOfAsync(
        SourceDefinition source, TimeSpan rowsMaxAge, CancellationToken cancellationToken)
    {
        var known = await definitions.DestinationsAsync(rowsMaxAge, cancellationToken);
        var found = new List<DestinationDefinition>();
        foreach (var name in source.Destinations)
        {
            if (!known.TryGetValue(name, out var row))
            {
                return ([], $"its destination '{name}' is not defined; add a row for it. The vendor keeps the events meanwhile.");
            }

            if (row.Definition is not { } destination)
            {
                var problems = string.Join(" ", row.Problems);
                return ([], $"its destination '{name}' is wrong ({problems}); correct its row. The vendor keeps the events meanwhile.");
            }

            found.Add(destination);
        }

        return (found, null);
    }

    private void Log(PartitionId partition, RunTally tally, FetchOutcome outcome)
    {
        var (source, name) = (partition.Source, partition.Partition);
        if (tally.Dropped > 0)
        {
            FetchingLog.ProcessorsDropped(services.Log, source, name, tally.Dropped, tally.Processed);
        }

        switch (outcome)
        {
            case FetchOutcome.Idle or FetchOutcome.Skipped when tally.Events == 0:
                break;
            case FetchOutcome.BackedOff:
                FetchingLog.BackedOff(services.Log, source, name, tally.Problem ?? "");
                break;
            case FetchOutcome.Refused:
                FetchingLog.Refused(services.Log, source, name, tally.Problem ?? "");
                break;
            default:
                FetchingLog.Fetched(services.Log, source, name, outcome, tally.Pages, tally.Events, tally.Batches);
                break;
        }
    }
}
