using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Storage.SeenIds;

namespace AuditFunctions.Pipeline.Scheduling;

/// <summary>Removes what was remembered of events that are not listed again, and of destinations that are gone.</summary>
public sealed class StateSweep(CheckpointStore checkpoints, SeenStore seen, DestinationRecords records, DefinitionCache definitions)
{
    /// <summary>Removes it.</summary>
    /// <returns>How many segments of ids and records of destinations.</returns>
    public async Task<(int Segments, int Records)> RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await checkpoints.ListAsync(null, cancellationToken);
        var indexes = rows.Where(row => row.Checkpoint.Seen is not null).Select(row => (row.Partition, row.Checkpoint.Seen!));
        var segments = await seen.SweepAsync(indexes, now, cancellationToken);
        var known = await definitions.DestinationsAsync(TimeSpan.Zero, cancellationToken);
        return (segments, await records.SweepAsync([.. known.Keys], now, cancellationToken));
    }
}
