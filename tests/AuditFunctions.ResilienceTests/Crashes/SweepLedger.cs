using AuditFunctions.Pipeline.Storage.Account;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Crashes;

/// <summary>The rows of a run's ledger at one moment.</summary>
internal sealed class SweepLedger(IReadOnlyList<TableEntity> rows)
{
    public IEnumerable<string> Delivered => rows.Where(IsDelivered).Select(row => row.RowKey);

    public IEnumerable<string> DeliveredTo(string destination) => rows.Where(row => IsDelivered(row) && IsOf(row, destination)).Select(row => row.RowKey);

    public IEnumerable<string> NotDelivered => rows.Where(row => !IsDelivered(row)).Select(row => $"{row.PartitionKey}/{row.RowKey} ({row.GetString("State")})");

    /// <summary>Batches that a fetch delivered itself: nobody ever claimed them.</summary>
    public int Direct => rows.Count(row => IsDelivered(row) && !row.ContainsKey("Owner"));

    public static async Task<SweepLedger> ReadAsync(StorageAccount storage, CancellationToken ct)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in storage.Ledger.QueryAsync<TableEntity>(cancellationToken: ct))
        {
            rows.Add(row);
        }

        return new SweepLedger(rows);
    }

    /// <summary>Events in batches that are marked delivered.</summary>
    public int EventsOf(string destination, string source) => rows
        .Where(row => IsDelivered(row) && row.GetString("Source") == source && IsOf(row, destination))
        .Sum(row => row.GetInt32("Events") ?? 0);

    private static bool IsOf(TableEntity row, string destination) => row.PartitionKey.EndsWith("-" + destination, StringComparison.Ordinal);

    private static bool IsDelivered(TableEntity row) => row.GetString("State") == "delivered";
}
