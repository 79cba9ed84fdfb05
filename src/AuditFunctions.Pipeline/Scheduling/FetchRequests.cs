using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Sends the messages that ask for partitions.</summary>
public sealed class FetchRequests(StorageAccount storage, IOptions<SchedulingOptions> options)
{
    // A message takes 64 KB, its signature included.
    private const int MostBytes = 60_000;

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
        foreach (var group in GroupsOf(partitions))
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

    // Vendors choose the names of partitions: one that would make the message too long has another one, so that it keeps no source from being asked for.
    private IEnumerable<List<PartitionId>> GroupsOf(IEnumerable<PartitionId> partitions)
    {
        var (group, bytes) = (new List<PartitionId>(), 0);
        foreach (var partition in partitions)
        {
            var own = BytesOf(partition);
            if (group.Count == options.Value.GroupSize || (group.Count > 0 && bytes + own > MostBytes))
            {
                yield return group;
                (group, bytes) = ([], 0);
            }

            group.Add(partition);
            bytes += own;
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    // In JSON a character takes six bytes at most.
    private static int BytesOf(PartitionId partition) => (6 * (partition.Source.Length + partition.Partition.Length)) + 64;

    private Task SendAsync(FetchMessage message, CancellationToken cancellationToken) =>
        storage.Fetches.SendAsync(message.ToWire(), TimeSpan.Zero, cancellationToken);
}
