using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Tables;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Destinations;

/// <summary>Reads and changes what all instances know of destinations. Thread safe.</summary>
public sealed class DestinationRecords(StorageAccount storage, Random random)
{
    /// <summary>The partition of the rows; no source can have this name.</summary>
    public const string Partition = "_destinations";

    // Writers of one row are a handful of processes, each of which writes rarely.
    private const int MaxTries = 10;
    private const int MaxReasonLength = 1_000;
    private readonly TableClient _table = storage.Checkpoints;
    private readonly VersionedTable _rows = new(storage.Checkpoints);

    /// <summary>Reads a destination's record; an empty one when there is no row.</summary>
    public async Task<DestinationRecord> ReadAsync(string destination, CancellationToken cancellationToken)
    {
        return await _rows.FindAsync(Partition, destination, columns: null, cancellationToken) is { } found ? FromEntity(found) : new DestinationRecord();
    }

    /// <summary>Reads all records, by destination.</summary>
    public async Task<IReadOnlyDictionary<string, DestinationRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var records = new Dictionary<string, DestinationRecord>(StringComparer.Ordinal);
        await foreach (var row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
        {
            records[row.RowKey] = FromEntity(row);
        }

        return records;
    }

    /// <summary>Changes a record; when somebody else writes first, the change is made again to what they wrote.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="known">The record as it was read, perhaps a while ago; null to read it.</param>
    /// <param name="change">Makes the new record of the present one; the same when there is nothing to change.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The record before and after the change that was written; the same twice when none was.</returns>
    public async Task<(DestinationRecord Before, DestinationRecord After)> ChangeAsync(
        string destination,
        DestinationRecord? known,
        Func<DestinationRecord, DestinationRecord> change,
        CancellationToken cancellationToken)
    {
        var current = known ?? await ReadAsync(destination, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var next = change(current);
            if (next == current)
            {
                return (current, current);
            }

            next = next with { WriteId = random.NextId() };
            if (await _rows.TryPutAsync(ToEntity(destination, next), current.Version, cancellationToken) is { } version)
            {
                return (current, next with { Version = version });
            }

            // Somebody wrote or removed the row, or it was our own write, whose answer got lost.
            var present = await ReadAsync(destination, cancellationToken);
            if (present.WriteId == next.WriteId)
            {
                return (current, present);
            }

            current = attempt < MaxTries ? present
                : throw new RequestFailedException(412, $"The record of destination '{destination}' changed {MaxTries} times while it was to be written.");
        }
    }

    /// <summary>Removes the records of destinations whose rows are gone, once nothing waits for them and nothing was done for a day. A count that comes later makes a new one.</summary>
    /// <param name="destinations">The destinations that have a row, good or not.</param>
    /// <param name="now">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> SweepAsync(IReadOnlyCollection<string> destinations, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var (name, record) in await ListAsync(cancellationToken))
        {
            if (destinations.Contains(name) || record.Backlog > 0 || record.LastDeliveryAt > now.AddDays(-1))
            {
                continue;
            }

            // Where it was not removed, somebody counted just now: it is needed.
            removed += record.Version is { } version && await _rows.TryRemoveAsync(Partition, name, version, cancellationToken) ? 1 : 0;
        }

        return removed;
    }

    private static DestinationRecord FromEntity(TableEntity entity)
    {
        var row = new StoredRow(entity);
        return new DestinationRecord
        {
            Failures = row.Count("Failures") ?? 0,
            FailingSinceAt = row.Instant("FailingSinceAt"),
            Reason = row.Text("Reason"),
            NeedsAttention = row.Flag("NeedsAttention") ?? false,
            OpenUntil = row.Instant("OpenUntil"),
            ProbeOwner = row.Text("ProbeOwner"),
            ProbeUntil = row.Instant("ProbeUntil"),
            Backlog = Math.Max(row.Number("Backlog") ?? 0, 0),
            LastDeliveryAt = row.Instant("LastDeliveryAt"),
            WriteId = row.Text("WriteId") ?? "",
            Version = entity.ETag,
        };
    }

    // The whole row is replaced: a column without a value is not there.
    private static TableEntity ToEntity(string destination, DestinationRecord record)
    {
        var row = new TableEntity(Partition, destination) { ["Failures"] = record.Failures, ["Backlog"] = record.Backlog, ["WriteId"] = record.WriteId };
        Set(row, "FailingSinceAt", record.FailingSinceAt);
        Set(row, "Reason", record.Reason is { Length: > MaxReasonLength } reason ? reason[..MaxReasonLength] : record.Reason);
        Set(row, "NeedsAttention", record.NeedsAttention ? true : null);
        Set(row, "OpenUntil", record.OpenUntil);
        Set(row, "ProbeOwner", record.ProbeOwner);
        Set(row, "ProbeUntil", record.ProbeUntil);
        Set(row, "LastDeliveryAt", record.LastDeliveryAt);
        return row;
    }

    private static void Set(TableEntity row, string column, object? value)
    {
        if (value is not null)
        {
            row[column] = value;
        }
    }
}
