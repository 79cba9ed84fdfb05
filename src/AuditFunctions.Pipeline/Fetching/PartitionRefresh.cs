using AuditFunctions.Pipeline.Storage;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Partitions;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// Looks a source's partitions up and notes them: a new one gets a checkpoint and is fetched at once, one that the vendor lists no more is marked. What
/// it could not look up stays as it was.
/// </summary>
internal sealed class PartitionRefresh(CheckpointStore checkpoints, FetchServices services)
{
    private const int MostAttempts = 3;

    private readonly PartitionDiscovery _discovery = new(services.Vendor, services.Time);

    /// <summary>Looks them up.</summary>
    /// <param name="source">The source.</param>
    /// <param name="read">The checkpoint of the look-up itself.</param>
    /// <param name="cancellationToken">Ends it; what was noted stays.</param>
    public async Task<FetchOutcome> RunAsync(SourceDefinition source, Checkpoint read, CancellationToken cancellationToken)
    {
        var found = await _discovery.FindAsync(source, cancellationToken);
        var stored = (await checkpoints.ListAsync(source.Name, cancellationToken)).ToDictionary(row => row.Partition.Partition, row => row.Checkpoint, StringComparer.Ordinal);
        var added = new List<PartitionId>();
        foreach (var key in found.Keys)
        {
            var known = stored.GetValueOrDefault(key);
            if (known is null || known.GoneAt is not null)
            {
                var partition = new PartitionId(source.Name, key);
                if (await NoteAsync(partition, (known ?? new Checkpoint()) with { GoneAt = null }, cancellationToken))
                {
                    added.Add(partition);
                }
            }
        }

        var gone = await RetireAsync(source, found, stored, cancellationToken);
        if (added.Count + gone > 0)
        {
            FetchingLog.PartitionsChanged(services.Log, source.Name, found.Keys.Count, added.Count, gone);
        }

        if (found.Refused.Count > 0)
        {
            FetchingLog.PartitionsRefused(services.Log, source.Name, found.Refused.Count, found.Refused[0]);
        }

        var outcome = await CommitAsync(source, read, found, cancellationToken);
        foreach (var partition in added)
        {
            await services.Continue(partition, cancellationToken);
        }

        return outcome;
    }

    private async Task<int> RetireAsync(SourceDefinition source, FoundPartitions found, Dictionary<string, Checkpoint> stored, CancellationToken cancellationToken)
    {
        var (listed, now, count) = (found.Keys.ToHashSet(StringComparer.Ordinal), services.Time.GetUtcNow(), 0);
        foreach (var (key, checkpoint) in stored)
        {
            if (key != PartitionKey.Discovery && !listed.Contains(key) && !found.IsUnknown(key))
            {
                count += await RetireAsync(new PartitionId(source.Name, key), checkpoint, now, cancellationToken) ? 1 : 0;
            }
        }

        return count;
    }

    // A run that holds it would lose its work: the next look-up comes. An idle poll beside this look-up only writes its time.
    private async Task<bool> RetireAsync(PartitionId partition, Checkpoint checkpoint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts && checkpoint.ETag != default && checkpoint.GoneAt is null && !checkpoint.IsLeased(now); attempt++)
        {
            if (await NoteAsync(partition, checkpoint with { GoneAt = now }, cancellationToken))
            {
                return true;
            }

            checkpoint = await checkpoints.ReadAsync(partition, cancellationToken);
        }

        return false;
    }

    private async Task<bool> NoteAsync(PartitionId partition, Checkpoint checkpoint, CancellationToken cancellationToken) =>
        await checkpoints.TryWriteAsync(partition, checkpoint with { WriteId = services.Random.NextId() }, null, cancellationToken) is not null;

    private async Task<FetchOutcome> CommitAsync(SourceDefinition source, Checkpoint read, FoundPartitions found, CancellationToken cancellationToken)
    {
        var (partition, now) = (PartitionId.DiscoveryOf(source.Name), services.Time.GetUtcNow());
        if (found.Failure is null)
        {
            // The definition with which they were looked up: with another one they are looked up again at once.
            var done = read with { Cursor = source.Fingerprint, Status = StatusAfter.Success(read.Status, now, fetched: false) };
            return await NoteAsync(partition, done, cancellationToken) ? FetchOutcome.CaughtUp : FetchOutcome.Skipped;
        }

        var failure = PollFailure.Of(found.Failure);
        failure = failure with { Kind = failure.Kind == FailureKind.UnreadablePage ? FailureKind.Failed : failure.Kind, Reason = $"the look-up of partitions failed: {failure.Reason}" };
        var status = StatusAfter.Failure(read.Status, failure, source.Fingerprint, now, services.Random);
        if (!await NoteAsync(partition, read with { Status = status }, cancellationToken))
        {
            return FetchOutcome.Skipped;
        }

        if (status.NeedsAttention)
        {
            FetchingLog.Refused(services.Log, source.Name, partition.Partition, failure.Reason);
            return FetchOutcome.Refused;
        }

        FetchingLog.BackedOff(services.Log, source.Name, partition.Partition, failure.Reason);
        return FetchOutcome.BackedOff;
    }
}
