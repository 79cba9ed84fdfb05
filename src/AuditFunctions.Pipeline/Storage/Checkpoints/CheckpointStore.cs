using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Pipeline.Storage.Tables;
using AuditFunctions.Sources;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>Reads and writes checkpoints. Thread safe.</summary>
public sealed class CheckpointStore(StorageAccount storage) : ICheckpoints
{
    private readonly TableClient _table = storage.Checkpoints;
    private readonly VersionedTable _rows = new(storage.Checkpoints);
    private readonly SeenStore _seen = new(storage);

    /// <summary>Reads a partition's checkpoint, without its recent ids; an empty one when there is no row.</summary>
    public async Task<Checkpoint> ReadAsync(PartitionId partition, CancellationToken cancellationToken)
    {
        var found = await _rows.FindAsync(partition.Source, CheckpointRow.KeyOf(partition), CheckpointRow.Columns, cancellationToken);
        return found is null ? new Checkpoint() : CheckpointRow.Read(found);
    }

    /// <summary>Reads a partition's checkpoint with its recent ids, as one request; empty ones when there is no row.</summary>
    public async Task<(Checkpoint Checkpoint, RecentIds Ids)> ReadWithIdsAsync(PartitionId partition, CancellationToken cancellationToken)
    {
        var found = await _rows.FindAsync(partition.Source, CheckpointRow.KeyOf(partition), columns: null, cancellationToken);
        return found is null ? (new Checkpoint(), new RecentIds()) : (CheckpointRow.Read(found), CheckpointRow.ReadIds(found));
    }

    /// <summary>Reads all checkpoints, of one source or of all.</summary>
    public async Task<IReadOnlyList<(PartitionId Partition, Checkpoint Checkpoint)>> ListAsync(string? source, CancellationToken cancellationToken)
    {
        var filter = source is null ? null : TableClient.CreateQueryFilter($"PartitionKey eq {source}");
        var rows = new List<(PartitionId, Checkpoint)>();
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, select: CheckpointRow.Columns, cancellationToken: cancellationToken))
        {
            if (!entity.PartitionKey.StartsWith('_'))
            {
                rows.Add((CheckpointRow.PartitionOf(entity), CheckpointRow.Read(entity)));
            }
        }

        return rows;
    }

    /// <summary>Reads the recent ids that belong to a checkpoint.</summary>
    /// <returns>Null when the row has changed since the checkpoint was read.</returns>
    public async Task<RecentIds?> ReadRecentIdsAsync(PartitionId partition, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint.ETag == default)
        {
            return new RecentIds();
        }

        var found = await _rows.FindAsync(partition.Source, CheckpointRow.KeyOf(partition), columns: null, cancellationToken);
        return found?.ETag == checkpoint.ETag ? CheckpointRow.ReadIds(found) : null;
    }

    /// <summary>Writes a checkpoint over the version that was read, with the chunks of recent ids that changed.</summary>
    /// <returns>The checkpoint with its new version; null when somebody else has written meanwhile.</returns>
    public async Task<Checkpoint?> TryWriteAsync(PartitionId partition, Checkpoint checkpoint, RecentIds? ids, CancellationToken cancellationToken)
    {
        var entity = CheckpointRow.Write(partition, checkpoint, ids);
        var version = checkpoint.ETag == default ? await _rows.TryAddAsync(entity, cancellationToken) : await _rows.TryMergeAsync(entity, checkpoint.ETag, cancellationToken);
        if (version is null)
        {
            // Somebody removed the row or wrote it; or we did, and the answer got lost.
            var current = await ReadAsync(partition, cancellationToken);
            version = current.WriteId.Length > 0 && current.WriteId == checkpoint.WriteId ? current.ETag : null;
        }

        if (version is not { } written)
        {
            return null;
        }

        ids?.Written();
        return checkpoint with { ETag = written };
    }

    /// <summary>Writes a checkpoint over the version that was read and forgets its recent ids. A merge would keep the columns that hold them.</summary>
    /// <returns>false when somebody else has written meanwhile, or when the answer to our own write got lost: read it again.</returns>
    public async Task<bool> TryReplaceAsync(PartitionId partition, Checkpoint next, CancellationToken cancellationToken)
    {
        var row = CheckpointRow.Write(partition, next, ids: null);
        return await _rows.TryPutAsync(row, next.ETag == default ? null : next.ETag, cancellationToken) is not null;
    }

    /// <summary>Removes the version of a checkpoint that was read. What the partition remembers of its events is void then, and swept.</summary>
    /// <returns>false when somebody has written meanwhile.</returns>
    public Task<bool> TryRemoveAsync(PartitionId partition, Checkpoint checkpoint, CancellationToken cancellationToken) =>
        _rows.TryRemoveAsync(partition.Source, CheckpointRow.KeyOf(partition), checkpoint.ETag, cancellationToken);

    /// <summary>Removes the checkpoints of a source and all that it remembers of its events, so that it starts over and delivers them again. A fetch that is under way notices and stops.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RemoveAsync(string source, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(source, cancellationToken);
        foreach (var (partition, _) in rows)
        {
            await _table.DeleteEntityAsync(partition.Source, CheckpointRow.KeyOf(partition), ETag.All, cancellationToken);
        }

        // Without their row the segments are void already; those that a run under way still adds are swept.
        await _seen.RemoveAsync(source, cancellationToken);
        return rows.Count;
    }
}
