using System.Collections.Concurrent;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Handles a message of queue <c>fetch</c>. Safe to call twice with the same message, also at the same time.</summary>
public sealed class FetchHandler
{
    // Rows may have been edited since they were last read; the scheduler reads them anew at each tick.
    private static readonly TimeSpan RowsMaxAge = TimeSpan.FromSeconds(15);

    // Only while the work there is short: what hangs is not waited for.
    private static readonly TimeSpan SlotPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan GroupPatience = TimeSpan.FromSeconds(5);

    // A commit that needs every try of the storage client takes this long at most.
    internal static readonly TimeSpan CommitTime = TimeSpan.FromMinutes(1);

    private readonly DefinitionCache _definitions;
    private readonly CheckpointStore _checkpoints;
    private readonly Backpressure _backpressure;
    private readonly ConcurrentDictionary<PartitionId, bool> _needsIds = new();
    private readonly FetchPlaces _places;
    private readonly Bulkhead _slots;
    private readonly FetchServices _services;
    private readonly MessageQueue _queue;
    private readonly DeadLetterStore _deadLetters;

    /// <summary>Made by the container.</summary>
    public FetchHandler(
        StorageAccount storage,
        DefinitionCache definitions,
        CheckpointStore checkpoints,
        SeenStore seen,
        BodyStore bodies,
        DeadLetterStore deadLetters,
        DestinationBacklog backlog,
        Backpressure backpressure,
        IDirectDelivery direct,
        VendorClient vendor,
        PipelineMetrics metrics,
        IOptions<FetchingOptions> options,
        TimeProvider time,
        Random random,
        ILogger<FetchHandler> log)
    {
        _definitions = definitions;
        _checkpoints = checkpoints;
        _deadLetters = deadLetters;
        _backpressure = backpressure;
        _places = new FetchPlaces(options.Value.MaxPerVendor, time);
        _slots = new Bulkhead(options.Value.MaxConcurrent, time);
        _queue = storage.Fetches;
        var packing = new PagePacking(new BatchSender(storage, bodies, direct), backlog, new OversizeEvents(deadLetters, metrics, time, log), metrics, time);
        var quarantine = new PageQuarantine(deadLetters, metrics, time, log);
        _services = new FetchServices(checkpoints, seen, vendor, packing, quarantine, metrics, options.Value, time, random, log, ContinueAsync)
        {
            DirectLease = direct.Longest + (options.Value.LeaseDuration > CommitTime ? options.Value.LeaseDuration : CommitTime),
        };
    }

    /// <summary>Fetches what the message asks for.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage is in trouble: the message is delivered again.</exception>
    public async Task HandleAsync(string text, CancellationToken cancellationToken)
    {
        if (MessageReading.Fetch(text, out var reason) is not { } message)
        {
            var name = await _deadLetters.WriteUnreadableAsync("fetch", text, reason, _services.Time.GetUtcNow(), cancellationToken);
            FetchingLog.UnreadableMessage(_services.Log, name, reason);
            return;
        }

        // Side by side, so that a vendor that is slow keeps none of the others waiting; a fault of one ends the message when all are done.
        await Task.WhenAll(message.Targets.Select(target => FetchTargetAsync(message, target, cancellationToken)));
    }

    /// <summary>Fetches one partition until it is caught up or the budget is spent.</summary>
    public Task<FetchOutcome> FetchAsync(PartitionId partition, CancellationToken cancellationToken) =>
        FetchAsync(partition, force: false, RowsMaxAge, cancellationToken);

    private async Task FetchTargetAsync(FetchMessage message, PartitionId partition, CancellationToken cancellationToken)
    {
        // What the memory of this process holds, however many a message asks for. A run that begins late would have too little of the host's time left.
        using var slot = await _slots.EnterAsync("", SlotPatience, cancellationToken);
        if (slot is null)
        {
            await LaterAsync(message, partition, cancellationToken);
            return;
        }

        // The rows must be as new as the tick that saw them due: an edited row counts from its next tick on.
        var age = _services.Time.GetUtcNow() - message.IssuedAt;
        using var activity = PipelineTraces.StartFetch(partition.Source, partition.Partition, message.TraceParent);
        var outcome = await FetchAsPlacesAllowAsync(message, partition, age < RowsMaxAge ? age : RowsMaxAge, cancellationToken);
        activity?.SetTag("outcome", outcome.ToString());
        if (outcome is FetchOutcome.Idle or FetchOutcome.Skipped)
        {
            PipelineTraces.Forget(activity);
        }
    }

    private Task LaterAsync(FetchMessage message, PartitionId partition, CancellationToken cancellationToken)
    {
        var later = TimeSpan.FromSeconds(5 + (10 * _services.Random.NextDouble()));
        return _queue.SendAsync(message.For(partition).ToWire(), later, cancellationToken);
    }

    // A vendor that hangs must not hold every slot of this host: of a partition that is being fetched here already a second message is dropped, since
    // ticks go on asking, and what is too much for one vendor comes again a little later.
    private async Task<FetchOutcome> FetchAsPlacesAllowAsync(FetchMessage message, PartitionId partition, TimeSpan rowsMaxAge, CancellationToken cancellationToken)
    {
        using var claim = _places.Claim(partition);
        if (claim is null)
        {
            return FetchOutcome.Skipped;
        }

        var sources = await _definitions.SourcesAsync(rowsMaxAge, cancellationToken);
        using var place = await _places.EnterAsync(sources, partition.Source, message.More is null ? TimeSpan.Zero : GroupPatience, cancellationToken);
        if (place is null)
        {
            await LaterAsync(message, partition, cancellationToken);
            return FetchOutcome.Skipped;
        }

        return await FetchAsync(partition, message.Force, rowsMaxAge, cancellationToken);
    }

    private async Task<FetchOutcome> FetchAsync(PartitionId partition, bool force, TimeSpan rowsMaxAge, CancellationToken cancellationToken)
    {
        var sources = await _definitions.SourcesAsync(rowsMaxAge, cancellationToken);
        if (!sources.TryGetValue(partition.Source, out var row) || row.Definition is not { Enabled: true } source)
        {
            return FetchOutcome.Skipped;
        }

        var (checkpoint, ids) = await ReadAsync(partition, cancellationToken);
        var now = _services.Time.GetUtcNow();
        if (checkpoint.IsLeased(now) || (!force && checkpoint.Status.IsBackedOff(source.Fingerprint, now)))
        {
            return FetchOutcome.Skipped;
        }

        var (destinations, missing) = await DestinationsOfAsync(source, rowsMaxAge, cancellationToken);
        var run = new FetchRun(source, destinations, partition, checkpoint, ids, _services);
        var work = missing is null ? run.RunAsync(cancellationToken) : run.RefuseAsync(missing, cancellationToken);
        await run.KeepLeaseAsync(work);
        var outcome = await work;
        _needsIds[partition] = run.NeededIds;
        Log(partition, run, outcome);
        return outcome;
    }

    // A poll that brings events needs the recent ids too; one that is like the last saves a request by reading them with the rest.
    private async Task<(Checkpoint Checkpoint, RecentIds? Ids)> ReadAsync(PartitionId partition, CancellationToken cancellationToken) =>
        _needsIds.GetValueOrDefault(partition)
            ? await _checkpoints.ReadWithIdsAsync(partition, cancellationToken)
            : (await _checkpoints.ReadAsync(partition, cancellationToken), null);

    private void Log(PartitionId partition, FetchRun run, FetchOutcome outcome)
    {
        switch (outcome)
        {
            case FetchOutcome.Idle or FetchOutcome.Skipped when run.Events == 0:
                break;
            case FetchOutcome.BackedOff:
                FetchingLog.BackedOff(_services.Log, partition.Source, partition.Partition, run.Problem ?? "");
                break;
            case FetchOutcome.Refused:
                FetchingLog.Refused(_services.Log, partition.Source, partition.Partition, run.Problem ?? "");
                break;
            default:
                FetchingLog.Fetched(_services.Log, partition.Source, partition.Partition, outcome, run.Pages, run.Events, run.Batches);
                break;
        }
    }

    // Without its format nothing can be packed for a destination, and an event that is not packed for one of them would be lost to it.
    private async Task<(IReadOnlyList<DestinationDefinition> Found, string? Missing)> DestinationsOfAsync(SourceDefinition source, TimeSpan rowsMaxAge, CancellationToken cancellationToken)
    {
        var known = await _definitions.DestinationsAsync(rowsMaxAge, cancellationToken);
        var found = new List<DestinationDefinition>();
        foreach (var name in source.Destinations)
        {
            if (!known.TryGetValue(name, out var row))
            {
                return ([], $"its destination '{name}' is not defined; add a row for it. The vendor keeps the events meanwhile.");
            }

            if (row.Definition is not { } destination)
            {
                return ([], $"its destination '{name}' is wrong ({string.Join(" ", row.Problems)}); correct its row. The vendor keeps the events meanwhile.");
            }

            found.Add(destination);
        }

        return (found, null);
    }

    private async Task ContinueAsync(PartitionId partition, CancellationToken cancellationToken)
    {
        _places.Release(partition);
        var sources = await _definitions.SourcesAsync(RowsMaxAge, cancellationToken);
        var destinations = await _definitions.DestinationsAsync(RowsMaxAge, cancellationToken);
        var waiting = await _backpressure.ReadAsync(destinations.Count, cancellationToken);
        if (sources.GetValueOrDefault(partition.Source)?.Definition is { } source && waiting.WhyBlocked(source.Destinations) is not null)
        {
            // The window stays open; the tick that finds the backlog short enough goes on with it.
            return;
        }

        var message = new FetchMessage(partition.Source, [partition.Partition], _services.Time.GetUtcNow(), TraceParent: PipelineTraces.Context);
        await _queue.SendAsync(message.ToWire(), TimeSpan.Zero, cancellationToken);
    }
}
