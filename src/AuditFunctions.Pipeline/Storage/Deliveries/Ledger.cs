using System.Globalization;
using System.Runtime.CompilerServices;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Tables;
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
    private readonly VersionedTable _rows = new(storage.Ledger);

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
        var row = RowOf(message);
        (row["State"], row["Owner"], row["ClaimUntil"]) = (Claimed, owner, until);
        (row["Source"], row["Partition"], row["Events"]) = (message.Source, message.Partition, message.Events);
        return await _rows.TryAddAsync(row, cancellationToken) is { } version
            ? new LedgerClaim.Granted(owner, until, version)
            : await TakeOverAsync(row, owner, until, cancellationToken);
    }

    /// <summary>
    /// Takes a batch that nobody else can have, since it was packed a moment ago under a lease that no other run held before: nothing is written until
    /// it is delivered.
    /// </summary>
    /// <param name="owner">Who takes it.</param>
    /// <param name="duration">How long.</param>
    public LedgerClaim.Granted TakeNew(string owner, TimeSpan duration) => new(owner, time.GetUtcNow() + duration, Version: null);

    /// <summary>Makes a claim last longer, counted from now.</summary>
    /// <returns>The claim with its new end; null when it ended before and somebody else took the batch over.</returns>
    public async Task<LedgerClaim.Granted?> RenewAsync(ShipMessage message, LedgerClaim.Granted claim, TimeSpan duration, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + duration;
        if (claim.Version is not { } version)
        {
            return claim with { Until = until };
        }

        var row = RowOf(message);
        row["ClaimUntil"] = until;
        return await _rows.TryMergeAsync(row, version, cancellationToken) is { } next
            ? claim with { Version = next, Until = until }
            : await OwnAsync(row, claim.Owner, until, cancellationToken);
    }

    /// <summary>Says that a batch is delivered.</summary>
    public async Task MarkDeliveredAsync(ShipMessage message, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        var row = RowOf(message);
        (row["State"], row["DeliveredAt"]) = (Delivered, time.GetUtcNow());

        // Also where it was claimed: whoever took the claim over may have given the batch back, and its row is gone.
        (row["Source"], row["Partition"], row["Events"]) = (message.Source, message.Partition, message.Events);
        (row["Attempt"], row["RawBytes"]) = (message.Attempt, message.RawBytes);
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

        if (claim.Version is { } version && await _rows.TryMergeAsync(row, version, cancellationToken) is not null)
        {
            return;
        }

        // The claim ran out and somebody took it over, and perhaps gave it back, while we were delivering: that it is delivered is true all the same.
        await _rows.MergeAnywayAsync(row, cancellationToken);
    }

    /// <summary>Notes what is settled of a batch that was not taken as a whole, and claims it anew.</summary>
    /// <returns>The claim as it is now; null when somebody else has taken it over.</returns>
    public async Task<LedgerClaim.Granted?> KeepAsync(ShipMessage message, LedgerClaim.Granted claim, string split, TimeSpan duration, CancellationToken cancellationToken)
    {
        var held = claim.Version is null ? await ClaimAsync(message, claim.Owner, duration, cancellationToken) as LedgerClaim.Granted : claim;
        if (held?.Version is not { } version)
        {
            return null;
        }

        var until = time.GetUtcNow() + duration;
        var row = RowOf(message);
        (row["Split"], row["ClaimUntil"]) = (split, until);
        if (await _rows.TryMergeAsync(row, version, cancellationToken) is { } next)
        {
            return held with { Version = next, Until = until, Split = split };
        }

        return await OwnAsync(row, held.Owner, until, cancellationToken) is { } own && own.Split == split ? own : null;
    }

    /// <summary>Gives a batch back that was not delivered, or not as a whole: what is settled of it stays noted.</summary>
    public async Task ReleaseAsync(ShipMessage message, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        if (claim.Version is not { } version)
        {
            return;
        }

        // Where it was taken over meanwhile, it is not ours to give back.
        if (claim.Split is { } split)
        {
            var row = RowOf(message);
            (row["Split"], row["Owner"], row["ClaimUntil"]) = (split, "", DateTimeOffset.UnixEpoch);
            await _rows.TryMergeAsync(row, version, cancellationToken);
            return;
        }

        await _rows.TryRemoveAsync(PartitionOf(message), KeyOf(message), version, cancellationToken);
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
            var stored = new StoredRow(row);
            if (stored.Instant("DeliveredAt") is { } deliveredAt && stored.Instant("FetchedAt") is { } fetchedAt
                && stored.Text("Source") is { } source && stored.Text("Partition") is { } partition && row.PartitionKey.Length > "yyyyMMdd-".Length)
            {
                yield return new DeliveredBatch(new PartitionId(source, partition), row.RowKey, deliveredAt, fetchedAt, stored.Instant("NewestAt"), row.PartitionKey["yyyyMMdd-".Length..]);
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
    /// <param name="before">The day.</param>
    /// <param name="openBefore">The same for batches of which a part was delivered and the rest still waits: without its row all of it would be sent again.</param>
    /// <param name="cancellationToken">Ends the attempt between two requests.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> SweepAsync(DateOnly before, DateOnly openBefore, CancellationToken cancellationToken)
    {
        var removed = 0;
        var day = before.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {day}");
        var group = new List<TableTransactionAction>();
        var partition = "";
        var (start, openStart) = (StartOf(before), StartOf(openBefore));
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey", "Timestamp", "State", "Split"], cancellationToken: cancellationToken))
        {
            if (!(row.Timestamp < (IsOpen(new StoredRow(row)) ? openStart : start)))
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

    // The id of a dead letter that is sent again is known by its name. A batch under that id, which anybody may have written who may write queues, must not count
    // as the letter's delivery; no batch of fetching has an id with this ending.
    private static string KeyOf(ShipMessage message) => message.DeadLetter is null ? message.BatchId : message.BatchId + RetryId.KeyEnding;

    private static bool IsOpen(StoredRow row) => row.Text("Split") is not null && row.Text("State") != Delivered;

    private static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static TableEntity RowOf(ShipMessage message) => new(PartitionOf(message), KeyOf(message));

    private async Task<LedgerClaim> TakeOverAsync(TableEntity row, string owner, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (await _rows.FindAsync(row.PartitionKey, row.RowKey, columns: null, cancellationToken) is not { } current)
        {
            // Given back between our two requests.
            return new LedgerClaim.Taken(time.GetUtcNow());
        }

        var stored = new StoredRow(current);
        if (stored.Text("State") == Delivered)
        {
            return new LedgerClaim.AlreadyDelivered();
        }

        var split = stored.Text("Split");

        // An answer that got lost makes the client add the row twice: the second time it meets our own row.
        if (stored.Text("Owner") == owner)
        {
            return new LedgerClaim.Granted(owner, until, current.ETag, split);
        }

        // One that would last for longer than any was made by a clock that ran ahead.
        if (stored.Instant("ClaimUntil") is { } taken && taken > time.GetUtcNow() && taken - time.GetUtcNow() <= Checkpoint.Plausible)
        {
            return new LedgerClaim.Taken(taken);
        }

        if (split is not null)
        {
            row["Split"] = split;
        }

        if (await _rows.TryReplaceAsync(row, current.ETag, cancellationToken) is { } version)
        {
            return new LedgerClaim.Granted(owner, until, version, split);
        }

        return await OwnAsync(row, owner, until, cancellationToken) is { } own ? own : new LedgerClaim.Taken(time.GetUtcNow());
    }

    // An update whose answer got lost is tried again by the client and then conflicts with itself: the row is ours all the same.
    private async Task<LedgerClaim.Granted?> OwnAsync(TableEntity row, string owner, DateTimeOffset until, CancellationToken cancellationToken) =>
        await _rows.FindAsync(row.PartitionKey, row.RowKey, columns: null, cancellationToken) is { } found
        && new StoredRow(found) is var stored && stored.Text("State") == Claimed && stored.Text("Owner") == owner
            ? new LedgerClaim.Granted(owner, stored.Instant("ClaimUntil") ?? until, found.ETag, stored.Text("Split"))
            : null;
}
