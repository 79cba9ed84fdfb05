using System.Globalization;
using AuditFunctions.Configuration;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources;

namespace AuditFunctions.SelfHosting;

/// <summary>
/// Waits until every enabled source is caught up and both queues are empty. It looks at storage only, so that it also waits for what other
/// processes on the same storage do.
/// </summary>
internal sealed class UntilIdle(
    ScheduleHandler schedule,
    StorageAccount storage,
    DefinitionCache definitions,
    CheckpointStore checkpoints,
    Circuits circuits,
    StorageClock clock,
    TimeProvider time)
{
    // A source that fails, or is throttled, and got no further for so long is given up on for this run.
    private static readonly TimeSpan MaxStuck = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    // While this process works, storage is asked only at each tenth look.
    private const int LooksWhileWorking = 10;

    // No batch was delivered for so long: the destinations take nothing.
    private static readonly TimeSpan MaxStandstill = TimeSpan.FromMinutes(10);

    // The same when a destination has said that it takes nothing until somebody changes something.
    private static readonly TimeSpan MaxRefused = TimeSpan.FromSeconds(10);

    private readonly MessageQueue _fetchQueue = storage.Fetches;
    private readonly MessageQueue _shipQueue = storage.Ships;
    private readonly List<string> _undone = [];
    private readonly StuckSources _stuck = new(MaxStuck);
    private TimeSpan _atMost;
    private DateTimeOffset _endAt;

    /// <summary>What could not be done, in words.</summary>
    public IReadOnlyList<string> Undone => _undone;

    /// <summary>Polls all and waits.</summary>
    /// <param name="running">How many messages this process works on now.</param>
    /// <param name="atMost">How long it may take.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task WaitAsync(Func<int> running, TimeSpan atMost, CancellationToken stop)
    {
        (_atMost, _endAt) = (atMost, time.GetUtcNow() + atMost);
        await schedule.PollAllAsync(stop);
        while (true)
        {
            if (clock.Problem is { } problem)
            {
                _undone.Add($"Nothing was fetched. {problem}.");
                return;
            }

            if (!await QueuesDrainAsync(running, stop))
            {
                return;
            }

            var again = await WhatIsLeftAsync(stop);
            if (again is null)
            {
                return;
            }

            var left = _endAt - time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                await NoteLimitAsync(stop);
                return;
            }

            await Task.Delay(again < left ? again.Value : left, time, stop);
            if (again > TimeSpan.Zero)
            {
                await schedule.PollAllAsync(stop);
            }
        }
    }

    private async Task<bool> QueuesDrainAsync(Func<int> running, CancellationToken stop)
    {
        var lowest = int.MaxValue;
        var changedAt = time.GetUtcNow();
        for (var look = 1; ; look++)
        {
            if (running() > 0 && look % LooksWhileWorking != 0)
            {
                await Task.Delay(Look, time, stop);
                continue;
            }

            var waiting = await _shipQueue.CountAsync(stop);
            var fetches = await _fetchQueue.CountAsync(stop);
            if (waiting + fetches + running() == 0)
            {
                return true;
            }

            var now = time.GetUtcNow();
            if (now >= _endAt)
            {
                await NoteLimitAsync(stop);
                return false;
            }

            (lowest, changedAt) = fetches > 0 ? (int.MaxValue, now) : waiting < lowest ? (waiting, now) : (lowest, changedAt);
            if (now - changedAt > (circuits.Refusals.Count > 0 ? MaxRefused : MaxStandstill))
            {
                var reasons = circuits.Refusals.Select(refusal => $" Destination '{refusal.Key}': {refusal.Value}");
                _undone.Add($"{waiting} batches still wait in queue '{_shipQueue.Name}'. They are kept and tried again; see 'auditfn status'.{string.Concat(reasons)}");
                return false;
            }

            await Task.Delay(Look, time, stop);
        }
    }

    // A vendor that names another page for ever, each with something new, never comes to an end: nothing tells that from much that is to be read.
    private async Task NoteLimitAsync(CancellationToken stop)
    {
        _undone.Clear();
        _undone.Add($"Ended after {Durations.Write(_atMost)}, the longest that it may take (--at-most). What was read is kept, and the next run goes on from there.");
        var now = time.GetUtcNow();
        foreach (var (partition, checkpoint) in await checkpoints.ListAsync(null, stop))
        {
            if (checkpoint.Window is { } window)
            {
                _undone.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Source '{partition.Name}' is still being read: its window since {window.FromAt:u} was opened {Durations.Write(TimeSpan.FromSeconds(Math.Round((now - window.OpenedAt).TotalSeconds)))} ago, and the vendor names another page yet."));
            }
        }
    }

    // Null: nothing, or nothing that another poll would change. Else how long to wait before polling again.
    private async Task<TimeSpan?> WhatIsLeftAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var sources = await definitions.SourcesAsync(TimeSpan.FromSeconds(5), stop);
        var known = (await checkpoints.ListAsync(null, stop)).ToLookup(row => row.Partition.Source, row => (row.Partition, row.Checkpoint), StringComparer.Ordinal);
        TimeSpan? wait = null;
        _undone.Clear();
        foreach (var row in sources.Values.Where(row => row.Definition is null or { Enabled: true }))
        {
            if (row.Definition is null)
            {
                _undone.Add($"Source '{row.Row.Name}' was not polled, its row is wrong: {string.Join(" ", row.Problems)}");
                continue;
            }

            foreach (var (partition, checkpoint) in known[row.Row.Name].Where(one => SourcePartitions.Has(row.Definition, one.Partition, one.Checkpoint)))
            {
                var left = row.Definition.Partitions is not null && checkpoint.IsUnpolled(now) ? Look : LeftOf(partition, checkpoint, now);
                wait = wait is null || left < wait ? left ?? wait : wait;
            }
        }

        return wait;
    }

    private TimeSpan? LeftOf(PartitionId partition, Checkpoint checkpoint, DateTimeOffset now)
    {
        var status = checkpoint.Status;
        var isStuck = _stuck.Has(partition, checkpoint, now);
        if (status.NeedsAttention || isStuck)
        {
            var until = isStuck && status.NextPollAt > now ? string.Create(CultureInfo.InvariantCulture, $" It is not asked again before {status.NextPollAt:u}: 'auditfn run' goes on then.") : "";
            _undone.Add($"Source '{partition.Name}' is not caught up: {status.LastError?.TrimEnd('.')}.{until}");
            return null;
        }

        if (checkpoint.IsLeased(now))
        {
            return Look;
        }

        if (status.NextPollAt > now)
        {
            return status.NextPollAt - now + TimeSpan.FromMilliseconds(10);
        }

        return checkpoint.HasOpenWindow || status.Failures > 0 ? Look : null;
    }
}
