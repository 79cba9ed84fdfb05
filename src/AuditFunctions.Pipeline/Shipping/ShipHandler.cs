using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditFunctions.Pipeline.Destinations;
using AuditFunctions.Pipeline.Events;
using AuditFunctions.Pipeline.State;
using AuditFunctions.Pipeline.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>
/// Handles a message of queue <c>ship</c>: claims the batch in the ledger, sends the body as it is, marks it delivered. What cannot be delivered
/// now is sent to the queue again with a growing delay, as long as it takes. Safe to call twice with the same message, also at the same time.
/// </summary>
public sealed class ShipHandler(
    StorageAccount storage,
    DefinitionCache definitions,
    Ledger ledger,
    BodyStore bodies,
    DeadLetterStore deadLetters,
    DestinationClient client,
    Circuits circuits,
    PipelineMetrics metrics,
    IOptions<ShippingOptions> options,
    TimeProvider time,
    Random random,
    ILogger<ShipHandler> log)
{
    private static readonly TimeSpan RowsMaxAge = TimeSpan.FromSeconds(15);
    private readonly MessageQueue _queue = new(storage.ShipQueue);

    /// <summary>Delivers what the message names, defers it or dead-letters it; when it returns, the message may be deleted.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage is in trouble: the message is delivered again.</exception>
    public async Task HandleAsync(string text, CancellationToken cancellationToken)
    {
        if (await ReadAsync(text, cancellationToken) is not { } message)
        {
            return;
        }

        using var activity = PipelineTraces.StartDelivery(message.Source, message.Destination, message.BatchId, message.TraceParent);
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

        if (await CircuitAsync(message.Destination, cancellationToken) is var closed && closed > TimeSpan.Zero)
        {
            // Not an attempt: the destination was not asked. A little chance spreads what waited together.
            await SendAgainAsync(message, closed + (closed * 0.25 * random.NextDouble()), cancellationToken);
            return;
        }

        try
        {
            await DeliverAsync(message, row!.Definition!, cancellationToken);
        }
        finally
        {
            circuits.Leave(message.Destination);
        }
    }

    // A hiccup is waited for with the message in hand: sending everything that waits through the queue again would cost more than the deliveries.
    private async Task<TimeSpan> CircuitAsync(string destination, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        while (true)
        {
            var closed = circuits.WaitFor(destination);
            if (closed == TimeSpan.Zero || waited + closed > options.Value.MaxWait)
            {
                return closed;
            }

            await Task.Delay(closed, time, cancellationToken);
            waited += closed;
        }
    }

    private async Task DeliverAsync(ShipMessage message, DestinationDefinition destination, CancellationToken cancellationToken)
    {
        var owner = random.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
        switch (await ledger.ClaimAsync(message, owner, options.Value.ClaimDuration, cancellationToken))
        {
            case LedgerClaim.AlreadyDelivered:
                ShippingLog.DuplicateDropped(log, message.Destination, message.BatchId, message.Source);
                await RemoveBlobAsync(message, cancellationToken);
                return;
            case LedgerClaim.Taken taken:
                var left = taken.Until - time.GetUtcNow();
                await SendAgainAsync(message, left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1), cancellationToken);
                return;
            case LedgerClaim.Granted claim:
                await SendAsync(message, destination, claim, cancellationToken);
                return;
        }
    }

    private async Task SendAsync(ShipMessage message, DestinationDefinition destination, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBytes();
        if (await BodyOfAsync(message, buffer, cancellationToken) is not { } gzip)
        {
            // Only a hand could have removed it. The note says which events are missing; a backfill brings them back.
            await DeadLetterAsync(message, ReadOnlyMemory<byte>.Empty, 0, $"the blob '{message.Blob}' that held the body is gone", cancellationToken);
            await ledger.MarkDeliveredAsync(message, claim, cancellationToken);
            return;
        }

        var body = new DeliveryBody(message.BatchId, gzip, message.RawBytes, message.Events, time.GetUtcNow());
        var result = await TryDeliverAsync(message, destination, body, cancellationToken);
        switch (result)
        {
            case DeliveryResult.Delivered:
                circuits.Close(destination.Name);
                break;
            case DeliveryResult.Rejected rejected:
                circuits.Close(destination.Name);
                metrics.Rejected(destination.Name);
                await DeadLetterAsync(message, gzip, rejected.StatusCode, rejected.Reason, cancellationToken);
                break;
            default:
                await DeferAsync(message, result, claim, cancellationToken);
                return;
        }

        // From here on the batch is done: stopping before it is marked would deliver it again.
        await ledger.MarkDeliveredAsync(message, claim, CancellationToken.None);
        await RemoveBlobAsync(message, CancellationToken.None);
        if (result is DeliveryResult.Delivered)
        {
            var parts = DeliveryParts.Of(message, time.GetUtcNow());
            metrics.Delivered(message, parts);
            ShippingLog.Delivered(
                log, message.Destination, message.BatchId, message.Source, message.Partition, message.Events, parts?.Remote.TotalSeconds, parts?.Waited.TotalSeconds, parts?.Run.TotalSeconds);
        }
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
                var open = circuits.Open(message.Destination, deferred.RetryAfter);
                wait = open > wait ? open : wait;
                metrics.Deferred(message.Destination);
                ShippingLog.Deferred(log, message.Destination, message.BatchId, message.Source, wait, attempt, deferred.Reason);
                break;
            case DeliveryResult.Refused refused:
                // Somebody has to change something: no use in asking often.
                metrics.Refused(message.Destination);
                circuits.Refuse(message.Destination, refused.Reason);
                wait = wait > TimeSpan.FromSeconds(30) ? wait : TimeSpan.FromSeconds(30);
                if (claim is not null)
                {
                    circuits.Open(message.Destination, wait);
                }

                ShippingLog.Refused(log, message.Destination, message.BatchId, message.Source, wait, refused.Reason);
                break;
        }

        if (claim is not null)
        {
            await ledger.ReleaseAsync(message, claim, cancellationToken);
        }

        await SendAgainAsync(message with { Attempt = attempt }, wait, cancellationToken);
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

    private async Task DeadLetterAsync(ShipMessage message, ReadOnlyMemory<byte> gzip, int statusCode, string reason, CancellationToken cancellationToken)
    {
        var note = new DeadLetterNote
        {
            SchemaVersion = 1,
            Source = message.Source,
            Partition = message.Partition,
            Destination = message.Destination,
            BatchId = message.BatchId,
            Format = message.Format,
            Events = message.Events,
            Reason = reason,
            StatusCode = statusCode > 0 ? statusCode : null,
            FetchedAt = message.FetchedAt,
            GivenUpAt = time.GetUtcNow(),
        };
        await deadLetters.WriteAsync($"{message.Day}/{message.Source}/{message.Destination}/{message.BatchId}", gzip, compressed: true, note, cancellationToken);
        metrics.DeadLettered(message.Source, message.Destination, message.Events);
        ShippingLog.DeadLettered(log, message.Destination, message.BatchId, message.Source, message.Events, reason);
    }

    private async Task<ShipMessage?> ReadAsync(string text, CancellationToken cancellationToken)
    {
        string reason;
        try
        {
            var message = JsonSerializer.Deserialize(text, MessageJson.Default.ShipMessage);
            if (message is { SchemaVersion: 1 } && (message.Body is not null || message.Blob is not null))
            {
                return message;
            }

            reason = message is null ? "it is null" : message.SchemaVersion != 1 ? $"its schema version is {message.SchemaVersion}" : "it has no body";
        }
        catch (JsonException exception)
        {
            reason = $"it is no ship message at byte {exception.BytePositionInLine}";
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var now = time.GetUtcNow();
        var name = $"{now:yyyyMMdd}/unreadable/ship/{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}";
        await deadLetters.WriteAsync(name, bytes, compressed: false, new DeadLetterNote { SchemaVersion = 1, Reason = reason, GivenUpAt = now }, cancellationToken);
        ShippingLog.UnreadableMessage(log, name, reason);
        return null;
    }
}
