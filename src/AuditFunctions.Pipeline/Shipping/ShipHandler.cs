using System.Globalization;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>
/// Handles a message of queue <c>ship</c>: claims the batch in the ledger, sends the body as it is, marks it delivered. What cannot be delivered
/// now is sent to the queue again with a growing delay, as long as it takes. Safe to call twice with the same message, also at the same time.
/// </summary>
public sealed partial class ShipHandler(
    StorageAccount storage,
    DefinitionCache definitions,
    Ledger ledger,
    BodyStore bodies,
    DeadLetterStore deadLetters,
    DestinationClient client,
    Circuits circuits,
    DestinationBacklog backlog,
    PipelineMetrics metrics,
    IOptions<ShippingOptions> options,
    TimeProvider time,
    Random random,
    ILogger<ShipHandler> log)
{
    private static readonly TimeSpan RowsMaxAge = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MinRefusedWait = TimeSpan.FromSeconds(30);
    private readonly MessageQueue _queue = storage.Ships;
    private readonly DeadLettering _letters = new(deadLetters, metrics, time, log);
    private readonly Bulkhead _places = new(options.Value.MaxPerDestination, time);

    /// <summary>Delivers what the message names, defers it or dead-letters it; when it returns, the message may be deleted.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage is in trouble: the message is delivered again.</exception>
    public async Task HandleAsync(string text, CancellationToken cancellationToken)
    {
        if (await ReadAsync(text, cancellationToken) is not { } message)
        {
            return;
        }

        using var activity = PipelineTraces.StartDelivery(message.Source, message.Destination, message.BatchId, message.TraceParent);
        if (!await _letters.IsWantedAsync(message, cancellationToken))
        {
            ShippingLog.RetryDropped(log, message.Destination, message.DeadLetter!, message.Source);
            await RemoveBlobAsync(message, cancellationToken);
            return;
        }

        var rows = await definitions.DestinationsAsync(RowsMaxAge, cancellationToken);
        var row = rows.GetValueOrDefault(message.Destination);
        var wrong = row is null ? "the destination is not defined; add a row for it"
            : row.Definition is null ? $"the destination's row is wrong ({string.Join(" ", row.Problems)}); correct it"
            : row.Definition.Format.Kind != message.Format ? $"the body is framed as {message.Format}, the destination now wants {row.Definition.Format.Kind}; give the row its former type back until the queue is empty"
            : null;
        if (wrong is not null)
        {
            await DeferAsync(message, new DeliveryResult.Refused(0, wrong), null, cancellationToken);
            return;
        }

        // Only where there is another destination that could be kept waiting.
        using var place = rows.Count > 1 ? await _places.EnterAsync(message.Destination, options.Value.MaxWait, cancellationToken) : Bulkhead.Unbounded;
        if (place is null)
        {
            // Not an attempt either. The slot goes to the other destinations.
            await SendAgainAsync(message, TimeSpan.FromSeconds(2 + (3 * random.NextDouble())), cancellationToken);
            return;
        }

        var pass = await CircuitAsync(message.Destination, cancellationToken);
        if (pass.Wait > TimeSpan.Zero)
        {
            // Not an attempt: the destination was not asked.
            await SendAgainAsync(message, pass.Deferral, cancellationToken);
            return;
        }

        try
        {
            await DeliverAsync(message, row!.Definition!, until: null, cancellationToken);
        }
        finally
        {
            await circuits.LeaveAsync(message.Destination, pass, cancellationToken);
        }
    }

    // A hiccup is waited for with the message in hand: sending everything that waits through the queue again would cost more than the deliveries.
    private async Task<CircuitPass> CircuitAsync(string destination, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        while (true)
        {
            var pass = await circuits.EnterAsync(destination, cancellationToken);
            if (pass.Wait == TimeSpan.Zero || waited + pass.Wait > options.Value.MaxWait)
            {
                return pass;
            }

            await Task.Delay(pass.Wait, time, cancellationToken);
            waited += pass.Wait;
        }
    }

    private async Task DeliverAsync(ShipMessage message, DestinationDefinition destination, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var owner = random.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
        switch (until is null ? await ledger.ClaimAsync(message, owner, options.Value.ClaimDuration, cancellationToken) : ledger.TakeNew(owner, options.Value.ClaimDuration))
        {
            case LedgerClaim.AlreadyDelivered:
                ShippingLog.DuplicateDropped(log, message.Destination, message.BatchId, message.Source);
                await _letters.SettledAsync(message, cancellationToken);
                await RemoveBlobAsync(message, cancellationToken);
                await backlog.DoneAsync(message.Destination, cancellationToken);
                return;
            case LedgerClaim.Taken taken:
                var left = taken.Until - time.GetUtcNow();
                await SendAgainAsync(message, left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1), cancellationToken);
                return;
            case LedgerClaim.Granted claim:
                await SendAsync(message, destination, claim, until, cancellationToken);
                return;
        }
    }

    private async Task SendAsync(ShipMessage message, DestinationDefinition destination, LedgerClaim.Granted claim, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBytes();
        if (await BodyOfAsync(message, buffer, cancellationToken) is not { } gzip)
        {
            if (await ledger.RenewAsync(message, claim, options.Value.ClaimDuration, cancellationToken) is not { } own)
            {
                // Our claim had ended, and somebody else has delivered it meanwhile.
                await SendAgainAsync(message, TimeSpan.FromSeconds(1), cancellationToken);
                return;
            }

            // Only a hand could have removed it. The note says which events are missing; a backfill brings them back.
            claim = own;
            await _letters.KeepAsync(message, ReadOnlyMemory<byte>.Empty, new DeliveryResult.Rejected(0, $"the blob '{message.Blob}' that held the body is gone"), null, cancellationToken);
            await ledger.MarkDeliveredAsync(message, claim, cancellationToken);
            await backlog.DoneAsync(message.Destination, cancellationToken);
            return;
        }

        if (!BodyCheck.IsOf(message, gzip))
        {
            await SetAsideAsync(message, gzip, claim, cancellationToken);
            return;
        }

        // Storage may have been slow: a claim that ended during the delivery would let another deliver the batch too.
        if (await OutlastingAsync(message, claim, cancellationToken) is not { } lasting)
        {
            await SendAgainAsync(message, TimeSpan.FromSeconds(1), cancellationToken);
            return;
        }

        claim = lasting;
        if (until - time.GetUtcNow() <= LongestDelivery)
        {
            await ledger.ReleaseAsync(message, claim, cancellationToken);
            await SendAgainAsync(message, TimeSpan.Zero, cancellationToken);
            return;
        }

        if (claim.Split is not null)
        {
            await SettleAsync(message, destination, gzip, claim, null, until, cancellationToken);
            return;
        }

        var body = new DeliveryBody(message.BatchId, gzip, message.RawBytes, message.Events, time.GetUtcNow());
        var result = await TryDeliverAsync(message, destination, body, cancellationToken);
        switch (result)
        {
            case DeliveryResult.Delivered:
                circuits.Close(destination.Name, message.Attempt > 0);
                break;
            case DeliveryResult.Rejected rejected:
                circuits.Close(destination.Name, message.Attempt > 0);
                metrics.Rejected(destination.Name);
                await SettleAsync(message, destination, gzip, claim, rejected, until, cancellationToken);
                return;
            default:
                await DeferAsync(message, result, claim, cancellationToken);
                return;
        }

        await DoneAsync(message, claim);
        var parts = DeliveryParts.Of(message, time.GetUtcNow());
        metrics.Delivered(message, parts);
        ShippingLog.Delivered(
            log, message.Destination, message.BatchId, message.Source, message.Partition, message.Events, parts?.Remote.TotalSeconds, parts?.Waited.TotalSeconds, parts?.Run.TotalSeconds);
    }

    // From here on the batch is done: stopping before it is marked would deliver it again.
    private async Task DoneAsync(ShipMessage message, LedgerClaim.Granted claim)
    {
        await PatientMark.MarkAsync(ledger, message, claim, time, random);
        await _letters.SettledAsync(message, CancellationToken.None);
        await RemoveBlobAsync(message, CancellationToken.None);
        await backlog.DoneAsync(message.Destination, CancellationToken.None);
    }

    // A fault of our own in sending must not end in the host's poison queue, which forgets messages after a week: it counts as not delivered.
    private async Task<DeliveryResult> TryDeliverAsync(ShipMessage message, DestinationDefinition destination, DeliveryBody body, CancellationToken cancellationToken)
    {
        try
        {
            return await client.DeliverAsync(destination, body, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            ShippingLog.Unexpected(log, exception, message.Destination, message.BatchId, message.Source);
            return new DeliveryResult.Refused(0, $"an unexpected {exception.GetType().Name} in sending");
        }
    }

    private async Task DeferAsync(ShipMessage message, DeliveryResult result, LedgerClaim.Granted? claim, CancellationToken cancellationToken)
    {
        var attempt = message.Attempt + 1;
        var wait = Backoff.OfDelivery(attempt, random);
        switch (result)
        {
            case DeliveryResult.Deferred deferred:
                var open = await circuits.OpenAsync(message.Destination, deferred.Reason, deferred.RetryAfter, needsAttention: false, cancellationToken);
                wait = open.Deferral > wait ? open.Deferral : wait;
                metrics.Deferred(message.Destination);
                ShippingLog.Deferred(log, message.Destination, message.BatchId, message.Source, wait, attempt, deferred.Reason);
                break;
            case DeliveryResult.Refused refused:
                // Somebody has to change something: no use in asking often.
                metrics.Refused(message.Destination);
                circuits.Refuse(message.Destination, refused.Reason);
                wait = wait > MinRefusedWait ? wait : MinRefusedWait;
                if (claim is not null)
                {
                    await circuits.OpenAsync(message.Destination, refused.Reason, MinRefusedWait, needsAttention: true, cancellationToken);
                }

                ShippingLog.Refused(log, message.Destination, message.BatchId, message.Source, wait, refused.Reason);
                break;
        }

        if (claim is not null)
        {
            await ledger.ReleaseAsync(message, claim, cancellationToken);
        }

        var triedAt = claim is null ? message.FirstAttemptAt : message.FirstAttemptAt ?? time.GetUtcNow();
        await SendAgainAsync(message with { Attempt = attempt, FirstAttemptAt = triedAt }, wait, cancellationToken);
    }

    private Task SendAgainAsync(ShipMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        return _queue.SendAsync(message.ToWire(), delay, cancellationToken);
    }

    // No conditional expression: in one, null would become an empty memory by way of the conversion from an array.
    private async Task<ReadOnlyMemory<byte>?> BodyOfAsync(ShipMessage message, PooledBytes buffer, CancellationToken cancellationToken)
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

    private Task RemoveBlobAsync(ShipMessage message, CancellationToken cancellationToken) =>
        message.Blob is { } blob ? bodies.RemoveAsync(blob, cancellationToken) : Task.CompletedTask;

    private async Task<ShipMessage?> ReadAsync(string text, CancellationToken cancellationToken)
    {
        if (MessageReading.Ship(text, out var reason) is { } message)
        {
            return message;
        }

        var name = await deadLetters.WriteUnreadableAsync("ship", text, reason, time.GetUtcNow(), cancellationToken);
        ShippingLog.UnreadableMessage(log, name, reason);
        return null;
    }
}
