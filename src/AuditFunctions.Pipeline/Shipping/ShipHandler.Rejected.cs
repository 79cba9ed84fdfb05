using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Deliveries;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>What becomes of a batch that was rejected as a whole.</summary>
public sealed partial class ShipHandler
{
    private async Task SettleAsync(
        ShipMessage message,
        DestinationDefinition destination,
        ReadOnlyMemory<byte> gzip,
        LedgerClaim.Granted claim,
        DeliveryResult.Rejected? rejected,
        DateTimeOffset? until,
        CancellationToken cancellationToken)
    {
        // To search for the guilty event takes as many requests as it takes. Of a batch that a fetch delivers, the queue goes on with it after the first answer.
        var longest = until is null ? RejectedBatch.LongestRun : TimeSpan.Zero;
        var batch = new RejectedBatch(ledger, _letters, metrics, time, options.Value.ClaimDuration, log);
        switch (await batch.SettleAsync(message, gzip, claim, rejected, longest, piece => TryDeliverAsync(message, destination, piece, cancellationToken), cancellationToken))
        {
            case SplitResult.Settled settled:
                circuits.Close(destination.Name, message.Attempt > 0);
                await DoneAsync(message, settled.Claim);
                break;
            case SplitResult.Stopped stopped:
                await DeferAsync(message, stopped.Result, stopped.Claim, cancellationToken);
                break;
            case SplitResult.Unfinished unfinished:
                circuits.Close(destination.Name, message.Attempt > 0);
                await ledger.ReleaseAsync(message, unfinished.Claim, cancellationToken);
                await SendAgainAsync(message, TimeSpan.Zero, cancellationToken);
                break;
            case SplitResult.Lost:
                await SendAgainAsync(message, options.Value.ClaimDuration, cancellationToken);
                break;
        }
    }

    // The claim with time for a delivery, which may be tried twice; null when somebody else has taken the batch over.
    private async Task<LedgerClaim.Granted?> OutlastingAsync(ShipMessage message, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        LedgerClaim.Granted? lasting = claim;
        while (lasting is not null && lasting.Until - time.GetUtcNow() <= LongestDelivery)
        {
            lasting = await ledger.RenewAsync(message, lasting, options.Value.ClaimDuration, cancellationToken);
        }

        return lasting;
    }
}
