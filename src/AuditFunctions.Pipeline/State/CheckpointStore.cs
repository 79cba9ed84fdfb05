using System.Globalization;
using AuditFunctions.Pipeline.Sources;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.State;

/// <summary>Reads and writes checkpoints. Thread safe.</summary>
public sealed class CheckpointStore(StorageAccount storage)
{
    private static readonly string[] Columns =
    [
        "PartitionKey", "RowKey", "Timestamp", "MarkAt", "ReadToAt", "WindowFromAt", "WindowToAt", "WindowOpenedAt", "WindowNewestAt", "Cursor", "LeaseOwner", "LeaseUntil", "WriteId",
        "LastPollAt", "LastFetchAt", "FirstPollAt", "Events", "Batches", "Failures", "FailingSinceAt", "LastError", "NextPollAt", "NeedsAttention", "FailedDefinition", "PageSize",
    ];

    private readonly TableClient _table = storage.Checkpoints;

    /// <summary>Reads a partition's checkpoint, without its recent ids; an empty one when there is no row.</summary>
    public async Task<Checkpoint> ReadAsync(PartitionId partition, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(partition.Source, partition.Partition, Columns, cancellationToken);
        return found.HasValue ? FromEntity(found.Value!) : new Checkpoint();
    }

    /// <summary>Reads all checkpoints, of one source or of all.</summary>
    public async Task<IReadOnlyList<(PartitionId Partition, Checkpoint Checkpoint)>> ListAsync(string? source, CancellationToken cancellationToken)
    {
        var filter = source is null ? null : TableClient.CreateQueryFilter($"PartitionKey eq {source}");
        var rows = new List<(PartitionId, Checkpoint)>();
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, select: Columns, cancellationToken: cancellationToken))
        {
            if (!entity.PartitionKey.StartsWith('_'))
            {
                rows.Add((new PartitionId(entity.PartitionKey, entity.RowKey), FromEntity(entity)));
            }
        }

        return rows;
    }

    /// <summary>Reads the recent ids that belong to a checkpoint.</summary>
    /// <returns>Null when the row has changed since the checkpoint was read.</returns>
    public async Task<RecentIds?> ReadRecentIdsAsync(PartitionId partition, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var ids = new RecentIds();
        if (checkpoint.ETag == default)
        {
            return ids;
        }

        var found = await _table.GetEntityIfExistsAsync<TableEntity>(partition.Source, partition.Partition, cancellationToken: cancellationToken);
        if (!found.HasValue || found.Value!.ETag != checkpoint.ETag)
        {
            return null;
        }

        for (var chunk = 0; chunk < RecentIds.MaxChunks; chunk++)
        {
            if (found.Value.GetBinary(ColumnOf(chunk)) is { } column)
            {
                ids.Load(chunk, column);
            }
        }

        return ids;
    }

    /// <summary>Writes a checkpoint over the version that was read, with the chunks of recent ids that changed.</summary>
    /// <returns>The checkpoint with its new version; null when somebody else has written meanwhile.</returns>
    public async Task<Checkpoint?> TryWriteAsync(PartitionId partition, Checkpoint checkpoint, RecentIds? ids, CancellationToken cancellationToken)
    {
        var entity = ToEntity(partition, checkpoint, ids);
        try
        {
            var response = checkpoint.ETag == default
                ? await _table.AddEntityAsync(entity, cancellationToken)
                : await _table.UpdateEntityAsync(entity, checkpoint.ETag, TableUpdateMode.Merge, cancellationToken);
            ids?.Written();
            return checkpoint with { ETag = response.Headers.ETag ?? default };
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            // Somebody removed the row (404) or wrote it. A write whose answer got lost is tried again by the client and then conflicts with itself.
            var current = await ReadAsync(partition, cancellationToken);
            if (current.WriteId.Length > 0 && current.WriteId == checkpoint.WriteId)
            {
                ids?.Written();
                return checkpoint with { ETag = current.ETag };
            }

            return null;
        }
    }

    /// <summary>Removes the checkpoints of a source, so that it starts over. A fetch that is under way notices and stops.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RemoveAsync(string source, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(source, cancellationToken);
        foreach (var (partition, _) in rows)
        {
            await _table.DeleteEntityAsync(partition.Source, partition.Partition, ETag.All, cancellationToken);
        }

        return rows.Count;
    }

    private static string ColumnOf(int chunk) => string.Create(CultureInfo.InvariantCulture, $"Ids{chunk:00}");

    private static Checkpoint FromEntity(TableEntity row) => new()
    {
        MarkAt = row.GetDateTimeOffset("MarkAt"),
        ReadToAt = row.GetDateTimeOffset("ReadToAt"),
        Window = row.GetDateTimeOffset("WindowOpenedAt") is { } openedAt && openedAt > DateTimeOffset.UnixEpoch
            ? new WindowInProgress(
                row.GetDateTimeOffset("WindowFromAt")!.Value,
                row.GetDateTimeOffset("WindowToAt")!.Value,
                openedAt,
                Known(row, "WindowNewestAt"))
            : null,
        Cursor = Text(row, "Cursor"),
        LeaseOwner = Text(row, "LeaseOwner"),
        LeaseUntil = row.GetDateTimeOffset("LeaseUntil"),
        WriteId = row.GetString("WriteId") ?? "",
        ETag = row.ETag,
        Status = new PartitionStatus
        {
            LastPollAt = row.GetDateTimeOffset("LastPollAt"),
            LastFetchAt = row.GetDateTimeOffset("LastFetchAt"),
            FirstPollAt = row.GetDateTimeOffset("FirstPollAt"),
            Events = row.GetInt64("Events") ?? 0,
            Batches = row.GetInt64("Batches") ?? 0,
            Failures = row.GetInt32("Failures") ?? 0,
            FailingSinceAt = Known(row, "FailingSinceAt"),
            LastError = Text(row, "LastError"),
            NextPollAt = Known(row, "NextPollAt"),
            NeedsAttention = row.GetBoolean("NeedsAttention") ?? false,
            FailedDefinition = Text(row, "FailedDefinition"),
            PageSize = row.GetInt32("PageSize") is > 0 and var size ? size : null,
        },
    };

    // A merge cannot remove a column: an empty text and the year 1970 stand for nothing.
    private static TableEntity ToEntity(PartitionId partition, Checkpoint checkpoint, RecentIds? ids)
    {
        var entity = new TableEntity(partition.Source, partition.Partition)
        {
            ["Cursor"] = checkpoint.Cursor ?? "",
            ["LeaseOwner"] = checkpoint.LeaseOwner ?? "",
            ["LeaseUntil"] = checkpoint.LeaseUntil ?? DateTimeOffset.UnixEpoch,
            ["WriteId"] = checkpoint.WriteId,
            ["WindowOpenedAt"] = checkpoint.Window?.OpenedAt ?? DateTimeOffset.UnixEpoch,
            ["WindowFromAt"] = checkpoint.Window?.FromAt ?? DateTimeOffset.UnixEpoch,
            ["WindowToAt"] = checkpoint.Window?.ToAt ?? DateTimeOffset.UnixEpoch,
            ["WindowNewestAt"] = checkpoint.Window?.NewestAt ?? DateTimeOffset.UnixEpoch,
            ["Events"] = checkpoint.Status.Events,
            ["Batches"] = checkpoint.Status.Batches,
            ["Failures"] = checkpoint.Status.Failures,
            ["FailingSinceAt"] = checkpoint.Status.FailingSinceAt ?? DateTimeOffset.UnixEpoch,
            ["LastError"] = checkpoint.Status.LastError ?? "",
            ["FailedDefinition"] = checkpoint.Status.FailedDefinition ?? "",
            ["NeedsAttention"] = checkpoint.Status.NeedsAttention,
            ["PageSize"] = checkpoint.Status.PageSize ?? 0,
            ["NextPollAt"] = checkpoint.Status.NextPollAt ?? DateTimeOffset.UnixEpoch,
        };
        Set(entity, "MarkAt", checkpoint.MarkAt);
        Set(entity, "ReadToAt", checkpoint.ReadToAt);
        Set(entity, "LastPollAt", checkpoint.Status.LastPollAt);
        Set(entity, "LastFetchAt", checkpoint.Status.LastFetchAt);
        Set(entity, "FirstPollAt", checkpoint.Status.FirstPollAt);
        for (var chunk = 0; ids is not null && chunk < RecentIds.MaxChunks; chunk++)
        {
            if (ids.IsChanged(chunk))
            {
                entity[ColumnOf(chunk)] = ids.Column(chunk);
            }
        }

        return entity;
    }

    private static void Set(TableEntity entity, string column, DateTimeOffset? instant)
    {
        if (instant is { } known)
        {
            entity[column] = known;
        }
    }

    private static DateTimeOffset? Known(TableEntity row, string column) =>
        row.GetDateTimeOffset(column) is { } instant && instant > DateTimeOffset.UnixEpoch ? instant : null;

    private static string? Text(TableEntity row, string column) => row.GetString(column) is { Length: > 0 } text ? text : null;
}
