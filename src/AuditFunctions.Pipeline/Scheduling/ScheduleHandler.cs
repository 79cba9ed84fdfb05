using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>A tick: sends fetch messages for the sources that are due. Idempotent: two at once, or one too many, do no harm.</summary>
public sealed class ScheduleHandler(
    StorageAccount storage,
    DefinitionCache definitions,
    CheckpointStore checkpointStore,
    TickRow ticks,
    Housekeeping housekeeping,
    Backpressure backpressure,
    StateWatch watch,
    TickGauges gauges,
    IOptions<SchedulingOptions> options,
    IOptions<FetchingOptions> fetching,
    TimeProvider time,
    ILogger<ScheduleHandler> log)
{
    // As new as this tick has read them.
    private static readonly TimeSpan RowsMaxAge = TimeSpan.FromSeconds(15);

    private readonly MessageQueue _fetchQueue = storage.Fetches;

    /// <summary>Ticks.</summary>
    /// <returns>How many messages were sent.</returns>
    public async Task<int> TickAsync(CancellationToken cancellationToken)
    {
        using var activity = PipelineTraces.StartTick();
        var now = time.GetUtcNow();
        var tick = await ticks.ReadAsync(cancellationToken);
        var after = tick.At ?? now;
        var sources = await SourcesAsync(cancellationToken);
        var fetches = await _fetchQueue.CountAsync(cancellationToken);
        var destinations = await definitions.DestinationsAsync(RowsMaxAge, cancellationToken);
        var waiting = await backpressure.ReadAsync(destinations.Count, cancellationToken);
        await backpressure.CorrectAsync(waiting, cancellationToken);
        var checkpoints = await checkpointStore.ListAsync(null, cancellationToken);
        var rows = await definitions.SourcesAsync(RowsMaxAge, cancellationToken);
        PartitionFacts[] facts = [.. PartitionFacts.Of(rows, destinations, checkpoints, waiting, fetching.Value.IdleStatusInterval)];
        gauges.Record(tick.At, facts, waiting, destinations.Keys);
        var told = await watch.ReadAsync(cancellationToken);
        if (fetches > options.Value.MaxWaiting)
        {
            SchedulingLog.Behind(log, fetches, "fetch", options.Value.MaxWaiting);
            await TellAsync(told, facts, fetches, waiting.Ships, after, cancellationToken);
            return 0;
        }

        var blocked = facts.Where(partition => partition.Blocked is not null).Select(partition => partition.Partition.Source).ToHashSet(StringComparer.Ordinal);
        var known = checkpoints.ToDictionary(row => row.Partition, row => row.Checkpoint);
        var due = sources.Where(source => !blocked.Contains(source.Name) && IsDue(source, new PartitionId(source.Name, PartitionId.Single))).ToArray();
        await SendGroupedAsync(due, known, now, cancellationToken);
        await housekeeping.RunDailyAsync(tick.SweptOn, cancellationToken);
        await ticks.WriteAsync(tick, now, cancellationToken);
        await TellAsync(told, facts, fetches, waiting.Ships, after, cancellationToken);
        SchedulingLog.Ticked(log, due.Length, sources.Count);
        if (due.Length == 0)
        {
            PipelineTraces.Forget(activity);
        }

        return due.Length;

        // A turn that passed while a destination blocked the source is made up for.
        bool IsDue(SourceDefinition source, PartitionId partition) =>
            ScheduleHandler.IsDue(source, known.GetValueOrDefault(partition), told?.BlockedSince(partition) is { } since && since < after ? since : after, now);
    }

    /// <summary>Sends a fetch message for every enabled source, due or not.</summary>
    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> PollAllAsync(CancellationToken cancellationToken)
    {
        var sources = await SourcesAsync(cancellationToken);
        await SendAsync(sources, time.GetUtcNow(), force: true, cancellationToken);
        return [.. sources.Select(source => source.Name)];
    }

    private static bool IsDue(SourceDefinition source, Checkpoint? checkpoint, DateTimeOffset after, DateTimeOffset now)
    {
        if (checkpoint is null)
        {
            // Never polled: its first turn is now.
            return true;
        }

        var status = checkpoint.Status;
        if (checkpoint.IsLeased(now) || status.IsBackedOff(source.Fingerprint, now))
        {
            return false;
        }

        // A window that was left open goes on, a back-off that has ended is tried, and a row that was mended is too: none waits for its next turn.
        var isLeftOver = checkpoint.Window is not null || (status.NextPollAt is { } retry && (retry > after || (status.FailedDefinition is { } failed && failed != source.Fingerprint)));
        return isLeftOver || PollTimes.IsDue(source.Name, source.Timing.Interval, after, now);
    }

    private async Task<IReadOnlyList<SourceDefinition>> SourcesAsync(CancellationToken cancellationToken)
    {
        foreach (var row in (await definitions.DestinationsAsync(TimeSpan.Zero, cancellationToken)).Values)
        {
            foreach (var problem in row.Problems)
            {
                SchedulingLog.BadDestinationRow(log, row.Row.Name, problem.ToString());
            }
        }

        var sources = new List<SourceDefinition>();
        foreach (var row in (await definitions.SourcesAsync(TimeSpan.Zero, cancellationToken)).Values)
        {
            foreach (var problem in row.Problems)
            {
                SchedulingLog.BadSourceRow(log, row.Row.Name, problem.ToString());
            }

            if (row.Definition is { Enabled: true } source)
            {
                sources.Add(source);
            }
        }

        return sources;
    }

    private Task TellAsync(TellableStates? told, IReadOnlyList<PartitionFacts> facts, int fetches, int ships, DateTimeOffset after, CancellationToken cancellationToken) =>
        told is null ? Task.CompletedTask : watch.TellAsync(told, facts, fetches, ships, after, cancellationToken);

    // An idle poll costs less than a message of its own. What is known to take longer has one, so that another instance can take it.
    private async Task SendGroupedAsync(IReadOnlyList<SourceDefinition> due, Dictionary<PartitionId, Checkpoint> known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var quick = due.ToLookup(source => known.GetValueOrDefault(new PartitionId(source.Name, PartitionId.Single)) is { Window: null, Status: { Failures: 0, LastPollAt: not null } });
        await SendAsync(quick[false], now, force: false, cancellationToken);
        foreach (var group in quick[true].Chunk(options.Value.GroupSize))
        {
            FetchTarget[] more = [.. group.Skip(1).Select(source => new FetchTarget(source.Name, [PartitionId.Single]))];
            var message = new FetchMessage(group[0].Name, [PartitionId.Single], now, TraceParent: PipelineTraces.Context, More: more.Length > 0 ? more : null);
            await _fetchQueue.SendAsync(message.ToWire(), TimeSpan.Zero, cancellationToken);
        }
    }

    private async Task SendAsync(IEnumerable<SourceDefinition> due, DateTimeOffset now, bool force, CancellationToken cancellationToken)
    {
        foreach (var source in due)
        {
            var message = new FetchMessage(source.Name, [PartitionId.Single], now, force, TraceParent: PipelineTraces.Context);
            await _fetchQueue.SendAsync(message.ToWire(), TimeSpan.Zero, cancellationToken);
        }
    }
}
