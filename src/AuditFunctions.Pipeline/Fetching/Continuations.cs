using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Sends the message with which a run goes on that has spent its budget.</summary>
internal sealed class Continuations(
    StorageAccount storage, DefinitionCache definitions, Backpressure backpressure, FetchPermits permits, TimeProvider time)
{
    /// <summary>
    /// Sends it, unless a destination's backlog is too long: then the window stays open, and the tick that finds the backlog short enough goes on.
    /// </summary>
    public async Task SendAsync(PartitionId partition, CancellationToken cancellationToken)
    {
        permits.Release(partition);
        var sources = await definitions.SourcesAsync(DefinitionCache.UsualMaxAge, cancellationToken);
        var destinations = await definitions.DestinationsAsync(DefinitionCache.UsualMaxAge, cancellationToken);
        var waiting = await backpressure.ReadAsync(destinations.Count, cancellationToken);
        if (sources.GetValueOrDefault(partition.Source)?.Definition is { } source && waiting.WhyBlocked(source.Destinations) is not null)
        {
            return;
        }

        var message = new FetchMessage(partition.Source, [partition.Partition], time.GetUtcNow(), TraceParent: PipelineTraces.Context);
        await storage.Fetches.SendAsync(message.ToWire(), TimeSpan.Zero, cancellationToken);
    }
}
