using System.Text.Json;
using AuditFunctions.Pipeline.Sources;
using AuditFunctions.Pipeline.Sources.Definition;
using AuditFunctions.Pipeline.State;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>A tick: sends a fetch message for each source that is due. Idempotent: two at once, or one too many, do no harm.</summary>
public sealed class ScheduleHandler(
    StorageAccount storage,
    DefinitionCache definitions,
    CheckpointStore checkpoints,
    IOptions<SchedulingOptions> options,
    TimeProvider time,
    ILogger<ScheduleHandler> log)
{
    private const string TickPartition = "_schedule";
    private const string TickRow = "tick";
    private readonly MessageQueue _fetchQueue = new(storage.FetchQueue);
    private readonly MessageQueue _shipQueue = new(storage.ShipQueue);

    /// <summary>Ticks.</summary>
    /// <returns>How many messages were sent.</returns>
    public async Task<int> TickAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (last, etag) = await LastTickAsync(cancellationToken);
        var sources = await SourcesAsync(cancellationToken);
        if (await IsBehindAsync(cancellationToken))
        {
            return 0;
        }

        // A source that was never polled has its first turn at once.
        var known_ = await checkpoints.ListAsync(null, cancellationToken);
        var seen = known_.Select(row => row.Partition.Source).ToHashSet(StringComparer.Ordinal);
        var waiting = known_
            .Where(row => row.Checkpoint.IsLeased(now) || row.Checkpoint.Status.NextPollAt > now)
            .Select(row => row.Partition)
            .ToHashSet();
        var due = sources
            .Where(source => !seen.Contains(source.Name) || PollTimes.IsDue(source.Name, source.Timing.Interval, LookBack(last, source, now), now) || IsRetryDue(source, known_, LookBack(last, source, now), now))
            .Where(source => !waiting.Contains(new PartitionId(source.Name, PartitionId.Single)))
            .ToArray();
        await SendAsync(due, now, cancellationToken);
        await RememberTickAsync(now, etag, cancellationToken);
        SchedulingLog.Ticked(log, due.Length, sources.Count);
        return due.Length;
    }

    /// <summary>Sends a fetch message for every enabled source, due or not.</summary>
    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> PollAllAsync(CancellationToken cancellationToken)
    {
        var sources = await SourcesAsync(cancellationToken);
        await SendAsync(sources, time.GetUtcNow(), cancellationToken);
        return [.. sources.Select(source => source.Name)];
    }

    // After a stop longer than the setting allows, a source whose interval is longer still must not miss its turn and wait for the next one.
    private DateTimeOffset LookBack(DateTimeOffset? last, SourceDefinition source, DateTimeOffset now)
    {
        var longest = options.Value.MaxCatchUp > source.Timing.Interval ? options.Value.MaxCatchUp : source.Timing.Interval;
        return last > now - longest ? last.Value : now - longest;
    }

    // After a failure a source is polled as soon as its back-off is over, and not only at its next turn.
    private static bool IsRetryDue(SourceDefinition source, IEnumerable<(PartitionId Partition, Checkpoint Checkpoint)> known, DateTimeOffset after, DateTimeOffset now) =>
        known.Any(row => row.Partition.Source == source.Name
            && ((row.Checkpoint.Status.NextPollAt is { } retry && retry <= now && retry > after) || row.Checkpoint.Window is not null));

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

    private async Task<bool> IsBehindAsync(CancellationToken cancellationToken)
    {
        var fetches = await _fetchQueue.CountAsync(cancellationToken);
        if (fetches > options.Value.MaxWaiting)
        {
            SchedulingLog.Behind(log, fetches, "fetch", options.Value.MaxWaiting);
            return true;
        }

        var ships = await _shipQueue.CountAsync(cancellationToken);
        if (ships > options.Value.MaxBacklog)
        {
            SchedulingLog.Behind(log, ships, "ship", options.Value.MaxBacklog);
            return true;
        }

        return false;
    }

    private async Task SendAsync(IEnumerable<SourceDefinition> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var source in due)
        {
            var message = new FetchMessage(source.Name, [PartitionId.Single], now);
            var text = new BinaryData(JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.FetchMessage));
            await _fetchQueue.SendAsync(text, TimeSpan.Zero, cancellationToken);
        }
    }

    private async Task<(DateTimeOffset? At, ETag ETag)> LastTickAsync(CancellationToken cancellationToken)
    {
        var row = await storage.Checkpoints.GetEntityIfExistsAsync<TableEntity>(TickPartition, TickRow, cancellationToken: cancellationToken);
        return row.HasValue ? (row.Value!.GetDateTimeOffset("TickAt"), row.Value.ETag) : (null, default);
    }

    // Of two ticks at once the second finds the row changed: both have sent their messages, and polling twice is harmless.
    private async Task RememberTickAsync(DateTimeOffset now, ETag etag, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TickPartition, TickRow) { ["TickAt"] = now };
        try
        {
            _ = etag == default
                ? await storage.Checkpoints.AddEntityAsync(row, cancellationToken)
                : await storage.Checkpoints.UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            SchedulingLog.Ticked(log, 0, 0);
        }
    }
}
