using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Destinations;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>What storage holds of a batch: its claim, its body, its dead letters, and its place in the count of those that wait.</summary>
internal sealed class BatchStore(
    Ledger ledger,
    BodyStore bodies,
    DeadLettering letters,
    DestinationBacklog backlog,
    IOptions<ShippingOptions> options,
    TimeProvider time,
    Random random)
{
    /// <summary>Its dead letters.</summary>
    public DeadLettering Letters => letters;

    /// <summary>Now.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Longest that a delivery takes, which may be tried twice.</summary>
    public TimeSpan LongestDelivery => 2 * options.Value.SendTimeout;

    /// <summary>How long a claim lasts.</summary>
    public TimeSpan ClaimDuration => options.Value.ClaimDuration;

    /// <summary>Asks for a batch.</summary>
    public Task<LedgerClaim> ClaimAsync(ShipMessage message, CancellationToken cancellationToken) => ledger.ClaimAsync(message, random.NextId(), ClaimDuration, cancellationToken);

    /// <summary>Takes a batch that a lease keeps from everybody else.</summary>
    public LedgerClaim.Granted TakeLeased() => ledger.TakeNew(random.NextId(), ClaimDuration);

    /// <summary>The claim with time for a delivery: one that ended during it would let another deliver the batch too.</summary>
    /// <returns>Null when somebody else has taken the batch over.</returns>
    public async Task<LedgerClaim.Granted?> OutlastingAsync(ShipMessage message, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        LedgerClaim.Granted? lasting = claim;
        while (lasting is not null && lasting.Until - Now <= LongestDelivery)
        {
            lasting = await ledger.RenewAsync(message, lasting, ClaimDuration, cancellationToken);
        }

        return lasting;
    }

    /// <summary>Notes what is settled of a batch. Not to be broken off: what was sent and is not noted would be sent again.</summary>
    /// <returns>Null when somebody else has taken the batch over.</returns>
    public Task<LedgerClaim.Granted?> KeepAsync(ShipMessage message, LedgerClaim.Granted claim, SplitProgress progress) =>
        ledger.KeepAsync(message, claim, progress.Write(), ClaimDuration, CancellationToken.None);

    /// <summary>Gives a batch back that is not done.</summary>
    public Task ReleaseAsync(ShipMessage message, LedgerClaim.Granted claim, CancellationToken cancellationToken) => ledger.ReleaseAsync(message, claim, cancellationToken);

    /// <summary>The body; null when its blob is gone.</summary>
    // No conditional expression: in one, null would become an empty memory by way of the conversion from an array.
    public async Task<ReadOnlyMemory<byte>?> BodyAsync(ShipMessage message, PooledBytes buffer, CancellationToken cancellationToken)
    {
        if (message.Body is { } inline)
        {
            return inline;
        }

        if (message.Blob is { } blob && await bodies.ReadAsync(blob, buffer, cancellationToken))
        {
            return buffer.WrittenMemory;
        }

        return null;
    }

    /// <summary>Every event of a batch is delivered or kept. From here on it is done: stopping before it is marked would deliver it again.</summary>
    public async Task DoneAsync(ShipMessage message, LedgerClaim.Granted claim)
    {
        await MarkAsync(message, claim);
        await ForgetAsync(message, CancellationToken.None);
    }

    /// <summary>Removes what was kept of a batch that is marked as delivered, perhaps by another process.</summary>
    public async Task ForgetAsync(ShipMessage message, CancellationToken cancellationToken)
    {
        await letters.SettledAsync(message, cancellationToken);
        await RemoveBodyAsync(message, cancellationToken);
        await backlog.DoneAsync(message.Destination, cancellationToken);
    }

    /// <summary>Removes the body's blob, if it has one.</summary>
    public Task RemoveBodyAsync(ShipMessage message, CancellationToken cancellationToken) =>
        message.Blob is { } blob ? bodies.RemoveAsync(blob, cancellationToken) : Task.CompletedTask;

    /// <summary>Keeps a note of a batch whose body is gone: which events are missing, so that a backfill brings them back.</summary>
    /// <returns>false when somebody else has taken the batch over, and perhaps delivered it, or when it is a dead letter that was sent again otherwise since.</returns>
    public async Task<bool> LostBodyAsync(ShipMessage message, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        if (await ledger.RenewAsync(message, claim, ClaimDuration, cancellationToken) is not { } own)
        {
            return false;
        }

        var rejected = new SendResult.Rejected(0, $"the blob '{message.Blob}' that held the body is gone");
        if (!await letters.KeepWholeAsync(message, ReadOnlyMemory<byte>.Empty, rejected, cancellationToken))
        {
            await ledger.ReleaseAsync(message, own, cancellationToken);
            return false;
        }

        await ledger.MarkDeliveredAsync(message, own, cancellationToken);
        await backlog.DoneAsync(message.Destination, cancellationToken);
        return true;
    }

    /// <summary>Keeps a message whose body is not that of its batch; the batch stays as it was, since its own message may still come.</summary>
    /// <returns>Under which name it is kept.</returns>
    public async Task<string> WrongBodyAsync(ShipMessage message, ReadOnlyMemory<byte> gzip, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        var whole = (message with { Body = gzip.ToArray() }).ToWire().ToString();
        var name = await letters.KeepMessageAsync(whole, "its body is not the one that was packed for its batch", cancellationToken);
        await ledger.ReleaseAsync(message, claim, cancellationToken);
        await backlog.DoneAsync(message.Destination, cancellationToken);
        return name;
    }

    // Giving up means that the batch is delivered again. The storage clients retry for less than a minute; this waits for storage that is away for longer, while
    // the claim lasts.
    private async Task MarkAsync(ShipMessage message, LedgerClaim.Granted claim)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ledger.MarkDeliveredAsync(message, claim, CancellationToken.None);
                return;
            }
            catch (Exception exception) when (BookkeepingFailure.Is(exception) && Now < claim.Until)
            {
                await Task.Delay(Backoff.InRun(attempt, random), time, CancellationToken.None);
            }
        }
    }
}
