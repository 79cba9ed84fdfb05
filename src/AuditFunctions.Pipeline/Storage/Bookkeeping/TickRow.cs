using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Tables;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Bookkeeping;

/// <summary>Remembers the last tick in a row of table <c>Checkpoints</c>, so that each poll instant belongs to one tick however many instances tick.</summary>
/// <param name="storage">Where it is.</param>
/// <param name="pace">How often this process ticks; null where it only reads.</param>
public sealed class TickRow(StorageAccount storage, TickPace? pace = null)
{
    private const string Partition = "_schedule";
    private const string Row = "tick";
    private readonly VersionedTable _rows = new(storage.Checkpoints);

    /// <summary>Reads it.</summary>
    public async Task<LastTick> ReadAsync(CancellationToken cancellationToken)
    {
        if (await _rows.FindAsync(Partition, Row, columns: null, cancellationToken) is not { } row)
        {
            return new LastTick(null, null, default);
        }

        var stored = new StoredRow(row);
        return new LastTick(stored.Instant("TickAt"), DayOf(stored, "SweptOn"), row.ETag)
        {
            BodiesSweptOn = DayOf(stored, "BodiesSweptOn"),
            Pause = stored.Count("PauseSeconds") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : TickPace.Usual,
        };
    }

    /// <summary>Writes a tick over the one that was read. Of two ticks at once the second changes nothing: both have sent their messages, and polling twice is harmless.</summary>
    public async Task WriteAsync(LastTick tick, CancellationToken cancellationToken)
    {
        var pause = pace?.Longest ?? tick.Pause;
        var row = new TableEntity(Partition, Row) { ["TickAt"] = tick.At, ["PauseSeconds"] = (int)Math.Ceiling(pause.TotalSeconds) };
        SetDay(row, "SweptOn", tick.SweptOn);
        SetDay(row, "BodiesSweptOn", tick.BodiesSweptOn);
        _ = await _rows.TryPutAsync(row, tick.ETag == default ? null : tick.ETag, cancellationToken);
    }

    private static DateOnly? DayOf(StoredRow row, string column) => row.Instant(column) is { } day ? DateOnly.FromDateTime(day.UtcDateTime) : null;

    private static void SetDay(TableEntity row, string column, DateOnly? day)
    {
        if (day is { } known)
        {
            row[column] = new DateTimeOffset(known.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        }
    }
}
