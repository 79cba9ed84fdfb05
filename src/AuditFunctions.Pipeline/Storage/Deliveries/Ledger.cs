using System.Globalization;
using System.Runtime.CompilerServices;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using Azure;
using Azure.Data.Tables;

namespace AuditFunctions.Pipeline.Storage.Deliveries;

/// <summary>
/// Which batches were delivered: a row per batch, partitioned by day and destination. It makes deliveries effectively once: a batch that is sent
/// twice, by a repeated page or a repeated message, is delivered once.
/// </summary>
public sealed class Ledger(StorageAccount storage, TimeProvider time)
{
    private const string Claimed = "claimed";
    private const string Delivered = "delivered";
    private static readonly string[] DeliveryColumns = ["PartitionKey", "RowKey", "Source", "Partition", "DeliveredAt", "FetchedAt", "NewestAt"];
    private readonly TableClient _table = storage.Ledger;

    /// <summary>The partition of a message's row.</summary>
    public static string PartitionOf(ShipMessage message) => $"{message.Day}-{message.Destination}";

    /// <summary>Asks for a batch.</summary>
    /// <param name="message">The batch.</param>
    /// <param name="owner">Who asks, different for each attempt.</param>
    /// <param name="duration">How long the claim lasts.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<LedgerClaim> ClaimAsync(ShipMessage message, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + duration;
        var row = new TableEntity(PartitionOf(message), message.BatchId)
        {
            ["State"] = Claimed,
            ["Owner"] = owner,
            ["ClaimUntil"] = until,
            ["Source"] = message.Source,
            ["Partition"] = message.Partition,
            ["Events"] = message.Events,
        };
        try
        {
            var added = await _table.AddEntityAsync(row, cancellationToken);
            return new LedgerClaim.Granted(added.Headers.ETag ?? default, owner, until);
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            return await TakeOverAsync(row, owner, until, cancellationToken);
        }
    }

    /// <summary>
    /// Takes a batch that nobody else can have, since it was packed a moment ago under a lease that no other run held before: nothing is written until
    /// it is delivered.
    /// </summary>
    /// <param name="owner">Who takes it.</param>
    /// <param name="duration">How long.</param>
    public LedgerClaim.Granted TakeNew(string owner, TimeSpan duration) => new(default, owner, time.GetUtcNow() + duration) { IsWritten = false };

    /// <summary>Makes a claim last longer, counted from now.</summary>
    /// <returns>The claim with its new end; null when it ended before and somebody else took the batch over.</returns>
    public async Task<LedgerClaim.Granted?> RenewAsync(ShipMessage message, LedgerClaim.Granted claim, TimeSpan duration, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + duration;
        var row = new TableEntity(PartitionOf(message), message.BatchId) { ["ClaimUntil"] = until };
        try
        {
            var updated = await _table.UpdateEntityAsync(row, claim.ETag, TableUpdateMode.Merge, cancellationToken);
            return claim with { ETag = updated.Headers.ETag ?? default, Until = until };
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            return await OwnAsync(row, claim.Owner, until, cancellationToken);
        }
    }

    /// <summary>Says that a batch is delivered.</summary>
    public async Task MarkDeliveredAsync(ShipMessage message, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        var row = new TableEntity(PartitionOf(message), message.BatchId)
        {
            ["State"] = Delivered,
            ["DeliveredAt"] = time.GetUtcNow(),
            ["Attempt"] = message.Attempt,
            ["RawBytes"] = message.RawBytes,
        };
        if (message.DeadLetter is null)
        {
            // A dead letter that is sent again says nothing about how long deliveries take.
            row["FetchedAt"] = message.FetchedAt;
        }

        // Table storage takes no instant before 1601, and vendors write the year 1 for none.
        if (message.NewestAt is { } newest && newest > DateTimeOffset.UnixEpoch)
        {
            row["NewestAt"] = newest;
        }

        if (claim.Split is { } split)
        {
            row["Split"] = split;
        }

        if (!claim.IsWritten)
        {
            (row["Source"], row["Partition"], row["Events"]) = (message.Source, message.Partition, message.Events);
        }

        try
        {
            if (claim.IsWritten)
            {
                await _table.UpdateEntityAsync(row, claim.ETag, TableUpdateMode.Merge, cancellationToken);
                return;
            }
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            // The claim ran out and somebody took it over, and perhaps gave it back, while we were delivering: that it is delivered is true all the same.
        }

        await _table.UpsertEntityAsync(row, TableUpdateMode.Merge, cancellationToken);
    }

    /// <summary>Notes what is settled of a batch that was rejected as a whole, and claims it anew.</summary>
    /// <returns>The claim as it is now; null when somebody else has taken it over.</returns>
    public async Task<LedgerClaim.Granted?> KeepAsync(ShipMessage message, LedgerClaim.Granted claim, string split, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (!claim.IsWritten)
        {
            if (await ClaimAsync(message, claim.Owner, duration, cancellationToken) is not LedgerClaim.Granted written)
            {
                return null;
            }

            claim = written;
        }

        var until = time.GetUtcNow() + duration;
        var row = new TableEntity(PartitionOf(message), message.BatchId) { ["Split"] = split, ["ClaimUntil"] = until };
        try
        {
            var updated = await _table.UpdateEntityAsync(row, claim.ETag, TableUpdateMode.Merge, cancellationToken);
            return claim with { ETag = updated.Headers.ETag ?? default, Until = until, Split = split };
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            return await OwnAsync(row, claim.Owner, until, cancellationToken) is { } own && own.Split == split ? own : null;
        }
    }

    /// <summary>Gives a batch back that was not delivered, or not as a whole: what is settled of it stays noted.</summary>
    public async Task ReleaseAsync(ShipMessage message, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        if (!claim.IsWritten)
        {
            return;
        }

        try
        {
            if (claim.Split is { } split)
            {
                var row = new TableEntity(PartitionOf(message), message.BatchId) { ["Split"] = split, ["Owner"] = "", ["ClaimUntil"] = DateTimeOffset.UnixEpoch };
                await _table.UpdateEntityAsync(row, claim.ETag, TableUpdateMode.Merge, cancellationToken);
                return;
            }

            await _table.DeleteEntityAsync(PartitionOf(message), message.BatchId, claim.ETag, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            // Taken over meanwhile: it is not ours to give back.
        }
    }

    /// <summary>Lists what was delivered, in no order.</summary>
    /// <param name="day">Days from this one on: a batch stands under the day when its window was opened.</param>
    /// <param name="since">Only what was delivered after this.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async IAsyncEnumerable<DeliveredBatch> ListDeliveredAsync(DateOnly day, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {first} and DeliveredAt gt {since}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, select: DeliveryColumns, cancellationToken: cancellationToken))
        {
            if (row.GetDateTimeOffset("DeliveredAt") is { } deliveredAt && row.GetDateTimeOffset("FetchedAt") is { } fetchedAt
                && row.GetString("Source") is { } source && row.GetString("Partition") is { } partition)
            {
                yield return new DeliveredBatch(new PartitionId(source, partition), row.RowKey, deliveredAt, fetchedAt, row.GetDateTimeOffset("NewestAt"), row.PartitionKey["yyyyMMdd-".Length..]);
            }
        }
    }

    /// <summary>Forgets what was delivered of a source to a destination, so that the same batches are delivered again.</summary>
    /// <param name="day">The day under which the batches stand.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="source">The source.</param>
    /// <param name="cancellationToken">Ends the attempt between two requests.</param>
    public async Task ForgetAsync(DateOnly day, string destination, string source, CancellationToken cancellationToken)
    {
        var partition = $"{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}-{destination}";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and Source eq {source} and State eq {Delivered}");
        var rows = new List<TableTransactionAction>();
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
        {
            rows.Add(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(row.PartitionKey, row.RowKey), ETag.All));
        }

        foreach (var group in rows.Chunk(100))
        {
            await _table.SubmitTransactionAsync(group, cancellationToken);
        }
    }

    /// <summary>Removes the rows of days before one that were written before it, too: a window that a pause left open for long has batches of its old day.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<int> SweepAsync(DateOnly before, CancellationToken cancellationToken)
    {
        var removed = 0;
        var day = before.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {day}");
        var group = new List<TableTransactionAction>();
        var partition = "";
        var start = new DateTimeOffset(before.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey", "Timestamp"], cancellationToken: cancellationToken))
        {
            if (!(row.Timestamp < start))
            {
                continue;
            }

            if (group.Count == 100 || (group.Count > 0 && row.PartitionKey != partition))
            {
                await _table.SubmitTransactionAsync(group, cancellationToken);
                removed += group.Count;
                group.Clear();
            }

            partition = row.PartitionKey;
            group.Add(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(row.PartitionKey, row.RowKey), ETag.All));
        }

        if (group.Count > 0)
        {
            await _table.SubmitTransactionAsync(group, cancellationToken);
            removed += group.Count;
        }

        return removed;
    }

    private async Task<LedgerClaim> TakeOverAsync(TableEntity row, string owner, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: cancellationToken);
        if (!found.HasValue)
        {
            // Given back between our two requests.
            return new LedgerClaim.Taken(time.GetUtcNow());
        }

        var current = found.Value!;
        if (current.GetString("State") == Delivered)
        {
            return new LedgerClaim.AlreadyDelivered();
        }

        // An answer that got lost makes the client add the row twice: the second time it meets our own row.
        if (current.GetString("Owner") == owner)
        {
            return new LedgerClaim.Granted(current.ETag, owner, until, current.GetString("Split"));
        }

        // One that would last for longer than any was made by a clock that ran ahead.
        if (current.GetDateTimeOffset("ClaimUntil") is { } taken && taken > time.GetUtcNow() && taken - time.GetUtcNow() <= Checkpoint.Plausible)
        {
            return new LedgerClaim.Taken(taken);
        }

        var split = current.GetString("Split");
        if (split is not null)
        {
            row["Split"] = split;
        }

        try
        {
            var updated = await _table.UpdateEntityAsync(row, current.ETag, TableUpdateMode.Replace, cancellationToken);
            return new LedgerClaim.Granted(updated.Headers.ETag ?? default, owner, until, split);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            return await OwnAsync(row, owner, until, cancellationToken) is { } own ? own : new LedgerClaim.Taken(time.GetUtcNow());
        }
    }

    // An update whose answer got lost is tried again by the client and then conflicts with itself: the row is ours all the same.
    private async Task<LedgerClaim.Granted?> OwnAsync(TableEntity row, string owner, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: cancellationToken);
        return found.HasValue && found.Value!.GetString("State") == Claimed && found.Value.GetString("Owner") == owner
            ? new LedgerClaim.Granted(found.Value.ETag, owner, found.Value.GetDateTimeOffset("ClaimUntil") ?? until, found.Value.GetString("Split"))
            : null;
    }
}
