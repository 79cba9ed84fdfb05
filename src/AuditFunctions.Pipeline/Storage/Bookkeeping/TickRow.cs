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
        return row.HasValue
            ? new LastTick(row.Value!.GetDateTimeOffset("TickAt"), DayOf(row.Value, "SweptOn"), row.Value.ETag) { BodiesSweptOn = DayOf(row.Value, "BodiesSweptOn") }
            : new LastTick(null, null, default);
    }

    /// <summary>Writes a tick over the one that was read. Of two ticks at once the second changes nothing: both have sent their messages, and polling twice is harmless.</summary>
    public async Task WriteAsync(LastTick tick, CancellationToken cancellationToken)
    {
        var row = new TableEntity(Partition, Row) { ["TickAt"] = tick.At };
        SetDay(row, "SweptOn", tick.SweptOn);
        SetDay(row, "BodiesSweptOn", tick.BodiesSweptOn);
        try
        {
            _ = tick.ETag == default
                ? await storage.Checkpoints.AddEntityAsync(row, cancellationToken)
                : await storage.Checkpoints.UpdateEntityAsync(row, tick.ETag, TableUpdateMode.Replace, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            // The other tick was first.
        }
    }

    private static DateOnly? DayOf(TableEntity row, string column) => row.GetDateTimeOffset(column) is { } day ? DateOnly.FromDateTime(day.UtcDateTime) : null;

    private static void SetDay(TableEntity row, string column, DateOnly? day)
    {
        if (day is { } known)
        {
            row[column] = new DateTimeOffset(known.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        }
    }
}
