using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Tables;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Bookkeeping;

/// <summary>Remembers the states that are not well, in table <c>Checkpoints</c>, partition <c>_states</c>: a row is there as long as such a state lasts. Written at changes only.</summary>
internal sealed class StateRows(StorageAccount storage)
{
    /// <summary>The partition of the rows; no source can have this name.</summary>
    public const string Partition = "_states";

    private const int MaxReasonLength = 1_000;
    private readonly VersionedTable _rows = new(storage.Checkpoints);

    /// <summary>Reads all, by row key.</summary>
    public async Task<Dictionary<string, NotedState>> ListAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, NotedState>(StringComparer.Ordinal);
        await foreach (var row in storage.Checkpoints.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
        {
            var stored = new StoredRow(row);
            states[row.RowKey] = new NotedState(stored.Text("State") ?? "", stored.Instant("SinceAt") ?? default, stored.Text("Reason") ?? "", row.ETag);
        }

        return states;
    }

    /// <summary>Writes a change over what was read.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="noted">What was read; null when there was no row.</param>
    /// <param name="next">What is now; null when all is well.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>false when another tick was first: then that one tells of it.</returns>
    public async Task<bool> TryChangeAsync(string key, NotedState? noted, NotedState? next, CancellationToken cancellationToken)
    {
        if (next is null)
        {
            return await _rows.TryRemoveAsync(Partition, key, noted!.ETag, cancellationToken);
        }

        var reason = next.Reason.Length > MaxReasonLength ? next.Reason[..MaxReasonLength] : next.Reason;
        var row = new TableEntity(Partition, key) { ["State"] = next.State, ["SinceAt"] = next.SinceAt, ["Reason"] = reason };
        return await _rows.TryPutAsync(row, noted?.ETag, cancellationToken) is not null;
    }
}
