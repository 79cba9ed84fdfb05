using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using Azure;

namespace AuditFunctions.Operations.Sources;

/// <summary>What came of moving a partition back.</summary>
public abstract record BackfillResult
{
    private BackfillResult()
    {
    }

    /// <summary>Its next window starts there; later than asked for where the vendor keeps no more.</summary>
    /// <param name="StartsAt">The start.</param>
    public sealed record Moved(DateTimeOffset StartsAt) : BackfillResult;

    /// <summary>Nothing was done: a run holds the partition.</summary>
    /// <param name="Until">Until when, at most.</param>
    public sealed record Leased(DateTimeOffset Until) : BackfillResult;

    /// <summary>Nothing was done: its next window starts before that anyway.</summary>
    /// <param name="StartsAt">The start.</param>
    public sealed record NotReached(DateTimeOffset StartsAt) : BackfillResult;
}

/// <summary>
/// Moves a source back, so that its next windows read everything from an instant on. What its checkpoint remembers as sent is not sent again, unless
/// that is wanted.
/// </summary>
internal sealed class Backfill(CheckpointStore checkpoints, Ledger ledger, TimeProvider time, Random random)
{
    /// <summary>Moves every partition of a source back, or the one that it will have when it was never polled; none while a run holds one of them.</summary>
    /// <param name="source">The source.</param>
    /// <param name="from">Where to start, after 1970 and before now.</param>
    /// <param name="again">Whether what was sent before is sent again: what is remembered is forgotten, and so is what the ledger would drop.</param>
    /// <param name="cancellationToken">Ends it between two partitions.</param>
    /// <exception cref="OperationException">The source lists objects, and has no past.</exception>
    /// <exception cref="RequestFailedException">Storage failed. Repeating the call does no harm.</exception>
    public async Task<IReadOnlyDictionary<PartitionId, BackfillResult>> RunAsync(SourceDefinition source, DateTimeOffset from, bool again, CancellationToken cancellationToken)
    {
        if (source.Snapshot is not null)
        {
            throw new OperationException($"Source '{source.Name}' lists objects as they are now ('snapshot' in its definition): there is no past to read again.");
        }

        var rows = await checkpoints.ListAsync(source.Name, cancellationToken);
        var now = time.GetUtcNow();
        var leased = rows.Where(row => row.Checkpoint.IsLeased(now)).ToArray();
        if (leased.Length > 0)
        {
            return leased.ToDictionary(row => row.Partition, BackfillResult (row) => new BackfillResult.Leased(row.Checkpoint.LeaseUntil!.Value));
        }

        if (again)
        {
            // Before the checkpoints: what is sent right after them must not be dropped.
            await ForgetDeliveriesAsync(source, cancellationToken);
        }

        var results = new Dictionary<PartitionId, BackfillResult>();
        var stored = rows.Select(row => KeyValuePair.Create(row.Partition, row.Checkpoint));
        foreach (var partition in SourcePartitions.Of(source, stored).Where(partition => !partition.IsDiscovery))
        {
            results[partition] = await MoveAsync(source, partition, from, again, cancellationToken);
        }

        return results;
    }

    private async Task<BackfillResult> MoveAsync(SourceDefinition source, PartitionId partition, DateTimeOffset from, bool again, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await checkpoints.ReadAsync(partition, cancellationToken);
            var now = time.GetUtcNow();
            if (read.IsLeased(now))
            {
                return new BackfillResult.Leased(read.LeaseUntil!.Value);
            }

            // Forward it would leave events out; and where nothing is to be sent again there is nothing to do.
            var stands = WindowPlanner.OpenStartOf(read, source.Timing, now);
            if (read.ETag != default && stands < from && !again)
            {
                return new BackfillResult.NotReached(stands);
            }

            var next = Moved(read, source.Timing, stands < from && read.ETag != default ? stands : from, now);
            var startsAt = WindowPlanner.StartOf(next, source.Timing, now);
            var written = again
                ? await checkpoints.TryReplaceAsync(partition, next with { RememberedFromAt = startsAt, Seen = null, TiersRead = null }, cancellationToken)
                : await checkpoints.TryWriteAsync(partition, next, ids: null, cancellationToken) is not null;
            if (written)
            {
                return new BackfillResult.Moved(startsAt);
            }
        }
    }

    // A window starts at the mark less the overlap. A mark in the future would say that there are events.
    private Checkpoint Moved(Checkpoint read, TimingDefinition timing, DateTimeOffset from, DateTimeOffset now)
    {
        var mark = from + WindowPlanner.OverlapOf(timing);
        mark = mark > now ? now : mark;
        return read.Unleased() with
        {
            MarkAt = read.MarkAt is null ? null : mark,
            ReadToAt = mark,

            // The vendor may be asked again from when on it has events. A merge cannot remove a column.
            KeptFromAt = read.KeptFromAt is null ? null : DateTimeOffset.UnixEpoch,
            Window = null,

            // The parts of a window that are left would be read first, and move the mark over all that lies before them.
            Split = null,
            Cursor = null,
            Sweep = null,
            WriteId = $"{random.NextInt64():x16}-1",
        };
    }

    // A page that was delivered today gives the same batches when it is read again today, which the ledger would drop. Other days have rows of their own.
    private async Task ForgetDeliveriesAsync(SourceDefinition source, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        foreach (var destination in source.Destinations)
        {
            await ledger.ForgetAsync(today, destination, source.Name, cancellationToken);
        }
    }
}
