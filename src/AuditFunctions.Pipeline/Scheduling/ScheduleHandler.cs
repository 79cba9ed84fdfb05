using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>A tick: sends fetch messages for the sources that are due. Idempotent: two at once, or one too many, do no harm.</summary>
public sealed class ScheduleHandler(
    TickReader reader,
    TickRow ticks,
    FetchRequests requests,
    TickReport report,
    Housekeeping housekeeping,
    TimeProvider time,
    ILogger<ScheduleHandler> log)
{
    /// <summary>Ticks.</summary>
    /// <returns>How many partitions were due.</returns>
    public async Task<int> TickAsync(CancellationToken cancellationToken)
    {
        using var activity = PipelineTraces.StartTick();
        var now = time.GetUtcNow();
        var tick = await ticks.ReadAsync(cancellationToken);
        if (reader.ClockProblem is { } problem)
        {
            SchedulingLog.ClockOff(log, problem);
            return 0;
        }

        var after = tick.At is { } last && last <= now ? last : now;
        var facts = await reader.ReadAsync(tick.Pause, cancellationToken);
        var reported = await report.BeginAsync(facts, tick.At, cancellationToken);
        if (facts.Fetches > requests.MaxWaiting)
        {
            SchedulingLog.Behind(log, facts.Fetches, "fetch", requests.MaxWaiting);
            await report.EndAsync(reported, facts, after, cancellationToken);
            return 0;
        }

        var sources = facts.Sources.ToDictionary(source => source.Name, StringComparer.Ordinal);
        var due = facts.Partitions
            .Where(one => one is { Blocked: null, IsRetired: false } && sources.TryGetValue(one.Partition.Source, out var source)
                && DuePartitions.IsDue(source, one.Partition, one.Checkpoint, SinceOf(one.Partition), now))
            .ToLookup(one => DuePartitions.IsQuick(one.Checkpoint), one => one.Partition);
        await requests.SendEachAsync(due[false], now, force: false, cancellationToken);
        await requests.SendGroupedAsync(due[true], now, cancellationToken);
        tick = await housekeeping.RunDailyAsync(tick, facts.Waiting.Ships, cancellationToken);
        await ticks.WriteAsync(tick with { At = now }, cancellationToken);
        await report.EndAsync(reported, facts, after, cancellationToken);
        var count = due.Sum(group => group.Count());
        SchedulingLog.Ticked(log, count, facts.Sources.Count);
        if (count == 0)
        {
            PipelineTraces.Forget(activity);
        }

        return count;

        // A turn that passed while a destination blocked the source is made up for.
        DateTimeOffset SinceOf(PartitionId partition) => reported?.BlockedSince(partition) is { } since && since < after ? since : after;
    }

    /// <summary>Sends a fetch message for every enabled source, due or not.</summary>
    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> PollAllAsync(CancellationToken cancellationToken)
    {
        var sources = await reader.SourcesAsync(cancellationToken);
        var stored = await reader.CheckpointsOfAsync(sources, cancellationToken);
        var partitions = sources.SelectMany(source => SourcePartitions.Of(source, stored[source.Name]));
        await requests.SendEachAsync(partitions, time.GetUtcNow(), force: true, cancellationToken);
        return [.. sources.Select(source => source.Name)];
    }
}
