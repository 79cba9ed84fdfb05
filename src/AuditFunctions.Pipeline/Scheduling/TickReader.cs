using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Reads what a tick decides on: rows, checkpoints, queues.</summary>
public sealed class TickReader(
    StorageAccount storage,
    DefinitionCache definitions,
    CheckpointStore checkpoints,
    Backpressure backpressure,
    StorageClock clock,
    IOptions<FetchingOptions> fetching,
    ILogger<ScheduleHandler> log)
{
    private readonly RowProblemReport _problems = new(log);

    /// <summary>What is wrong with our clock, once storage has answered; null when nothing is.</summary>
    public string? ClockProblem => clock.Problem;

    /// <summary>Reads it.</summary>
    /// <param name="tickPause">Longest pause between two ticks.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<TickFacts> ReadAsync(TimeSpan tickPause, CancellationToken cancellationToken)
    {
        var sources = await SourcesAsync(cancellationToken);
        var fetches = await storage.Fetches.CountAsync(cancellationToken);
        var destinations = await definitions.DestinationsAsync(DefinitionCache.UsualMaxAge, cancellationToken);
        var waiting = await backpressure.ReadAsync(destinations.Count, cancellationToken);
        await backpressure.CorrectAsync(waiting, cancellationToken);
        var stored = await checkpoints.ListAsync(null, cancellationToken);
        var rows = await definitions.SourcesAsync(DefinitionCache.UsualMaxAge, cancellationToken);
        return new TickFacts(
            sources,
            [.. destinations.Keys],
            [.. PartitionFacts.Of(rows, destinations, stored, waiting, fetching.Value.IdleStatusInterval, tickPause)],
            waiting,
            fetches);
    }

    /// <summary>The checkpoints of sources that have partitions, by source.</summary>
    public async Task<ILookup<string, KeyValuePair<PartitionId, Checkpoint>>> CheckpointsOfAsync(IReadOnlyList<SourceDefinition> sources, CancellationToken cancellationToken)
    {
        var stored = sources.Any(source => source.Partitions is not null) ? await checkpoints.ListAsync(null, cancellationToken) : [];
        return stored.Select(row => KeyValuePair.Create(row.Partition, row.Checkpoint)).ToLookup(row => row.Key.Source, StringComparer.Ordinal);
    }

    /// <summary>The sources that are polled. What is wrong with rows is logged when it changes.</summary>
    public async Task<IReadOnlyList<SourceDefinition>> SourcesAsync(CancellationToken cancellationToken)
    {
        var destinations = await definitions.DestinationsAsync(TimeSpan.Zero, cancellationToken);
        var sources = await definitions.SourcesAsync(TimeSpan.Zero, cancellationToken);
        _problems.Report(
            sources.Values.Select(row => (row.Row.Name, row.Problems)),
            destinations.Values.Select(row => (row.Row.Name, row.Problems)));
        return [.. sources.Values.Select(row => row.Definition).OfType<SourceDefinition>().Where(source => source.Enabled)];
    }
}
