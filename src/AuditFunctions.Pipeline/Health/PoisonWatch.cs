using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Health;

/// <summary>Reports once when the Functions host has given up on messages, and once when they are gone from its poison queues.</summary>
internal sealed class PoisonWatch(StorageAccount storage, StateRows rows, PipelineMetrics metrics, ILogger log)
{
    // They should never be there, and keep for 7 days: two requests every quarter of an hour are enough.
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMinutes(15);

    /// <summary>Looks when it is time, and takes its states out of those that were noted.</summary>
    /// <param name="noted">What was reported.</param>
    /// <param name="after">The tick before this one.</param>
    /// <param name="now">This tick.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task LookAsync(Dictionary<string, NotedState> noted, DateTimeOffset after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var queue in storage.Poisons)
        {
            var key = $"queue|{queue.Name}|";
            noted.Remove(key, out var before);
            if (!PollTimes.IsDue(key, LooksEvery, after, now))
            {
                continue;
            }

            var messages = await queue.CountAsync(cancellationToken);
            if (messages > 0 || before is not null)
            {
                metrics.PoisonSeen(queue.Name, messages);
            }

            if (messages > 0 == before is not null)
            {
                continue;
            }

            var next = messages > 0 ? new NotedState("poisoned", now, $"the Functions host gave up on {messages} messages", default) : null;
            if (!await rows.TryChangeAsync(key, before, next, cancellationToken))
            {
                continue;
            }

            if (next is not null)
            {
                HealthLog.QueuePoisoned(log, queue.Name, messages);
            }
            else
            {
                HealthLog.QueueUnpoisoned(log, queue.Name);
            }
        }
    }
}
