using System.Diagnostics;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Deliveries;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>How long a delivery may take where it is.</summary>
/// <param name="Until">It must be over by then.</param>
/// <param name="LongestSearch">How long the guilty events of a rejected batch are searched before the queue goes on.</param>
internal readonly record struct DeliveryLimits(DateTimeOffset Until, TimeSpan LongestSearch)
{
    /// <summary>Of a delivery that came by the queue: as long as the time-out allows.</summary>
    public static DeliveryLimits OfQueue { get; } = new(DateTimeOffset.MaxValue, BatchSearch.LongestRun);
}

/// <summary>
/// Delivers one batch over a claim: when it returns, the batch is delivered, a dead letter, or in the queue again. The queue and direct delivery both end here.
/// </summary>
internal sealed class BatchDelivery(BatchStore batches, DestinationClient client, BatchSearch search, Deferral deferral, Circuits circuits, ShippingReports reports)
{
    /// <summary>Failed deliveries of a batch, while others get through, after which a server's error counts as a rejection.</summary>
    public const int ManyFailures = 5;

    /// <summary>The same for one that gives no answer: where one of two servers behind an address hangs, every other delivery does.</summary>
    public const int ManyTimeouts = 2 * ManyFailures;

    /// <summary>Delivers a batch.</summary>
    public async Task DeliverAsync(ShipMessage message, DestinationDefinition destination, LedgerClaim.Granted claim, DeliveryLimits limits, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBytes();
        if (await batches.BodyAsync(message, buffer, cancellationToken) is not { } gzip)
        {
            await WithoutBodyAsync(message, claim, cancellationToken);
            return;
        }

        if (!BodyCheck.IsOf(message, gzip, cancellationToken))
        {
            reports.WrongBody(message, await batches.WrongBodyAsync(message, gzip, claim, cancellationToken));
            return;
        }

        // Storage may have been slow.
        if (await batches.OutlastingAsync(message, claim, cancellationToken) is not { } lasting)
        {
            await deferral.SendAgainAsync(message, TimeSpan.FromSeconds(1), cancellationToken);
            return;
        }

        if (limits.Until - batches.Now <= batches.LongestDelivery)
        {
            await batches.ReleaseAsync(message, lasting, cancellationToken);
            await deferral.SendAgainAsync(message, TimeSpan.Zero, cancellationToken);
            return;
        }

        if (lasting.Split is not null)
        {
            await SearchAsync(message, destination, gzip, lasting, first: null, limits, cancellationToken);
            return;
        }

        await SendAsync(message, destination, gzip, lasting, limits, cancellationToken);
    }

    private async Task SendAsync(
        ShipMessage message,
        DestinationDefinition destination,
        ReadOnlyMemory<byte> gzip,
        LedgerClaim.Granted claim,
        DeliveryLimits limits,
        CancellationToken cancellationToken)
    {
        var body = new SendBody(message.BatchId, gzip, message.RawBytes, message.Events, batches.Now) { Origin = message.Origin, Day = message.Day };
        switch (await TryDeliverAsync(message, destination, body, cancellationToken))
        {
            case SendResult.Accepted:
                circuits.Accepted(destination.Name, message.Attempt > 0);
                await batches.DoneAsync(message, claim);
                reports.Delivered(message);
                break;
            case SendResult.Rejected rejected:
                reports.Rejected(message);
                await SearchAsync(message, destination, gzip, claim, rejected, limits, cancellationToken);
                break;
            case SendResult.Retry retry when IsSuspect(message) && BatchSearch.RejectionOf(retry, message.Attempt) is { } rejection:
                await SearchAsync(message, destination, gzip, claim, retry.IsTimeout ? retry : rejection, limits, cancellationToken);
                break;
            case var other:
                await deferral.AfterAttemptAsync(message, other, claim, cancellationToken);
                break;
        }
    }

    private async Task SearchAsync(
        ShipMessage message,
        DestinationDefinition destination,
        ReadOnlyMemory<byte> gzip,
        LedgerClaim.Granted claim,
        SendResult? first,
        DeliveryLimits limits,
        CancellationToken cancellationToken)
    {
        var order = new SearchOrder(message, gzip, first, IsSuspect(message), limits.LongestSearch);
        switch (await search.SettleAsync(order, claim, piece => TryDeliverAsync(message, destination, piece, cancellationToken), cancellationToken))
        {
            case SearchResult.Settled settled:
                circuits.Close(destination.Name, message.Attempt > 0);
                await batches.DoneAsync(message, settled.Claim);
                break;
            case SearchResult.Stopped stopped:
                await deferral.AfterAttemptAsync(message, stopped.Result, stopped.Claim, cancellationToken);
                break;
            case SearchResult.Unfinished unfinished:
                await batches.ReleaseAsync(message, unfinished.Claim, cancellationToken);
                await deferral.SendAgainAsync(message, TimeSpan.Zero, cancellationToken);
                break;
            case SearchResult.Lost:
                await deferral.SendAgainAsync(message, batches.ClaimDuration, cancellationToken);
                break;
            default:
                throw new UnreachableException();
        }
    }

    // One event can make a server answer an error for ever, and would withhold its neighbours as long.
    private bool IsSuspect(ShipMessage message) =>
        message is { Attempt: >= ManyFailures, FirstAttemptAt: { } since } && circuits.AcceptedSince(message.Destination, since);

    private async Task WithoutBodyAsync(ShipMessage message, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        if (await batches.LostBodyAsync(message, claim, cancellationToken))
        {
            reports.DeadLettered(message, message.Events, $"the blob '{message.Blob}' that held the body is gone");
            return;
        }

        // Our claim had ended, and somebody else has delivered it meanwhile.
        await deferral.SendAgainAsync(message, TimeSpan.FromSeconds(1), cancellationToken);
    }

    private async Task<SendResult> TryDeliverAsync(ShipMessage message, DestinationDefinition destination, SendBody body, CancellationToken cancellationToken)
    {
        try
        {
            return await client.DeliverAsync(destination, body, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return reports.Unexpected(message, exception);
        }
    }
}
