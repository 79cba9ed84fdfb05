using System.Text.Json;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Health;

/// <summary>
/// Reports once when a source stops being well and once when it is well again, whichever instance ticks. What was reported is remembered in rows that
/// are written at such changes only; while all is well there are none.
/// </summary>
public sealed class StateWatch(StorageAccount storage, PipelineMetrics metrics, TimeProvider time, ILogger<StateWatch> log)
{
    // A message that somebody works on is hidden; one that is visible for so long is not worked on.
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(15);

    private readonly StateRows _rows = new(storage);
    private readonly PoisonWatch _poison = new(storage, new StateRows(storage), metrics, log);

    /// <summary>Reads what was reported. A storage failure is logged and made up for at the next tick: it must not stop ticks.</summary>
    /// <returns>Null when storage failed.</returns>
    public async Task<ReportedStates?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new ReportedStates(await _rows.ListAsync(cancellationToken));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && BookkeepingFailure.Is(exception))
        {
            HealthLog.StatesNotNoted(log, BookkeepingFailure.Reason(exception));
            return null;
        }
    }

    /// <summary>Compares with what was reported, and reports what is new. A storage failure is handled as by <see cref="ReadAsync"/>.</summary>
    /// <param name="reported">What was reported.</param>
    /// <param name="all">Every partition.</param>
    /// <param name="fetches">About how many messages are in queue <c>fetch</c>.</param>
    /// <param name="ships">About how many messages are in queue <c>ship</c>.</param>
    /// <param name="after">The tick before this one.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task ReportAsync(ReportedStates reported, IReadOnlyList<PartitionFacts> all, int fetches, int ships, DateTimeOffset after, CancellationToken cancellationToken)
    {
        try
        {
            var noted = reported.Copy();
            var now = time.GetUtcNow();
            var oldest = await OldestAsync("fetch", storage.Fetches, fetches, now, cancellationToken);
            await LookAtQueueAsync("fetch", oldest, noted, now, cancellationToken);
            await OldestAsync("ship", storage.Ships, ships, now, cancellationToken);
            await _poison.LookAsync(noted, after, now, cancellationToken);
            foreach (var facts in all)
            {
                var state = PartitionState.Of(facts, now);
                var key = ReportedStates.KeyOf(facts.Partition);
                noted.Remove(key, out var before);
                var word = JsonNamingPolicy.CamelCase.ConvertName(state.Health.ToString());
                if (state.IsWell ? before is null : before?.State == word)
                {
                    continue;
                }

                var next = state.IsWell ? null : new NotedState(word, state.SinceAt ?? now, state.Reason ?? "", default);
                if (await _rows.TryChangeAsync(key, before, next, cancellationToken))
                {
                    Report(facts, state, before, next);
                }
            }

            // What is left is of sources that are gone with their checkpoints.
            foreach (var (key, gone) in noted)
            {
                await _rows.TryChangeAsync(key, gone, null, cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && BookkeepingFailure.Is(exception))
        {
            HealthLog.StatesNotNoted(log, BookkeepingFailure.Reason(exception));
        }
    }

    // Of queue ship nothing is reported: what drains after an outage is old, and what waits for a destination is reported there.
    private async Task<DateTimeOffset?> OldestAsync(string name, MessageQueue queue, int messages, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = messages > 0 ? await queue.OldestAsync(cancellationToken) : null;
        metrics.QueueSeen(name, messages, oldest < now ? now - oldest.Value : TimeSpan.Zero);
        return oldest;
    }

    private async Task LookAtQueueAsync(string name, DateTimeOffset? oldest, Dictionary<string, NotedState> noted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = $"queue|{name}|";
        noted.Remove(key, out var before);
        var isStuck = now - oldest > Stuck;
        if (isStuck == (before is not null))
        {
            return;
        }

        var next = isStuck ? new NotedState("stuck", oldest!.Value, "its messages are not worked on", default) : null;
        if (!await _rows.TryChangeAsync(key, before, next, cancellationToken))
        {
            return;
        }

        if (next is not null)
        {
            HealthLog.QueueStuck(log, name, next.SinceAt);
        }
        else
        {
            HealthLog.QueueMoves(log, name);
        }
    }

    private void Report(PartitionFacts facts, PartitionState state, NotedState? before, NotedState? next)
    {
        var (source, partition) = (facts.Partition.Source, facts.Partition.Partition);
        if (before?.State == ReportedStates.Blocked)
        {
            HealthLog.SourceUnblocked(log, source, partition, before.SinceAt);
        }
        else if (next is null)
        {
            HealthLog.SourceRecovered(log, source, partition, before!.State, before.SinceAt);
        }

        var (since, reason) = (next?.SinceAt ?? default, next?.Reason ?? "");
        switch (state.Health)
        {
            case PartitionHealth.Failing:
                HealthLog.SourceFailing(log, source, partition, since, reason);
                break;
            case PartitionHealth.Silent:
                HealthLog.SourceSilent(log, source, partition, since, reason);
                break;
            case PartitionHealth.Blocked:
                HealthLog.SourceBlocked(log, source, partition, reason);
                break;
            case PartitionHealth.Overdue:
                HealthLog.SourceOverdue(log, source, partition, since, reason);
                break;
            case PartitionHealth.NoRow:
                HealthLog.SourceWithoutRow(log, source, partition, reason);
                break;
        }
    }
}
