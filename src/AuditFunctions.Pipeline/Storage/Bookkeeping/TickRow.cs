using AuditFunctions.Pipeline.Storage.Account;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Bookkeeping;

/// <summary>Remembers the last tick in a row of table <c>Checkpoints</c>, so that each poll instant belongs to one tick however many instances tick.</summary>
public sealed class TickRow(StorageAccount storage)
{
    private const string Partition = "_schedule";
    private const string Row = "tick";

    /// <summary>Reads it.</summary>
    public async Task<LastTick> ReadAsync(CancellationToken cancellationToken)
    {
        var row = await storage.Checkpoints.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken);
        if (!row.HasValue)
        {
            return new LastTick(null, null, default);
        }

        var swept = row.Value!.GetDateTimeOffset("SweptOn");
        return new LastTick(row.Value.GetDateTimeOffset("TickAt"), swept is { } day ? DateOnly.FromDateTime(day.UtcDateTime) : null, row.Value.ETag);
    }

    /// <summary>Writes a tick over the one that was read. Of two ticks at once the second changes nothing: both have sent their messages, and polling twice is harmless.</summary>
    public async Task WriteAsync(LastTick read, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var row = new TableEntity(Partition, Row) { ["TickAt"] = now, ["SweptOn"] = today };
        try
        {
            _ = read.ETag == default
                ? await storage.Checkpoints.AddEntityAsync(row, cancellationToken)
                : await storage.Checkpoints.UpdateEntityAsync(row, read.ETag, TableUpdateMode.Replace, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            // The other tick was first.
        }
    }
}
