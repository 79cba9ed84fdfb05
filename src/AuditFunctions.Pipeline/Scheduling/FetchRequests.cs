using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Sends the messages that ask for partitions.</summary>
public sealed class FetchRequests(StorageAccount storage, IOptions<SchedulingOptions> options)
{
    /// <summary>While more messages than this wait in the queue, fetching is behind and no more are sent.</summary>
    public int MaxWaiting => options.Value.MaxWaiting;

    /// <summary>Sends a message for each partition.</summary>
    /// <param name="partitions">The partitions.</param>
    /// <param name="now">The instant.</param>
    /// <param name="force">Whether a person asked.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task SendEachAsync(IEnumerable<PartitionId> partitions, DateTimeOffset now, bool force, CancellationToken cancellationToken)
    {
        foreach (var partition in partitions)
        {
            var message = new FetchMessage(partition.Source, [partition.Partition], now, force, TraceParent: PipelineTraces.Context);
            await SendAsync(message, cancellationToken);
        }
    }

    /// <summary>Sends a message for each group of partitions: an idle poll costs less than a message of its own.</summary>
    public async Task SendGroupedAsync(IEnumerable<PartitionId> partitions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var group in partitions.Chunk(options.Value.GroupSize))
        {
            FetchTarget[] targets =
            [
                .. group.GroupBy(partition => partition.Source, StringComparer.Ordinal)
                    .Select(source => new FetchTarget(source.Key, [.. source.Select(partition => partition.Partition)])),
            ];
            var more = targets.Length > 1 ? targets[1..] : null;
            var message = new FetchMessage(targets[0].Source, targets[0].Partitions, now, TraceParent: PipelineTraces.Context, More: more);
            await SendAsync(message, cancellationToken);
        }
    }

    private Task SendAsync(FetchMessage message, CancellationToken cancellationToken) =>
        storage.Fetches.SendAsync(message.ToWire(), TimeSpan.Zero, cancellationToken);
}
