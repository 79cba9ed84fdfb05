using System.Diagnostics;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>
/// Handles a message of queue <c>ship</c>: claims the batch in the ledger, sends the body as it is, marks it delivered. What cannot be delivered
/// now is sent to the queue again with a growing delay, as long as it takes. Safe to call twice with the same message, also at the same time.
/// </summary>
public sealed class ShipHandler
{
    private readonly DestinationGate _gate;
    private readonly Circuits _circuits;
    private readonly BatchStore _batches;
    private readonly BatchDelivery _delivery;
    private readonly Deferral _deferral;
    private readonly ShippingReports _reports;
    private readonly ShippingWaits _waits;

    internal ShipHandler(DestinationGate gate, Circuits circuits, BatchStore batches, BatchDelivery delivery, Deferral deferral, ShippingReports reports, ShippingWaits waits)
    {
        _gate = gate;
        _circuits = circuits;
        _batches = batches;
        _delivery = delivery;
        _deferral = deferral;
        _reports = reports;
        _waits = waits;
    }

    /// <summary>Delivers what the message names, defers it or dead-letters it; when it returns, the message may be deleted.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage failed: the message is delivered again.</exception>
    public async Task HandleAsync(string text, CancellationToken cancellationToken)
    {
        var (message, reason) = await _deferral.ProblemOfAsync(text, cancellationToken) is { } forged
            ? (null, forged)
            : (MessageReading.Ship(text, out var unreadable), unreadable);
        if (message is null)
        {
            _reports.Unreadable(await _batches.Letters.KeepMessageAsync(text, reason, cancellationToken), reason);
            return;
        }

        using var activity = PipelineTraces.StartDelivery(message.Source, message.Destination, message.BatchId, message.TraceParent);
        if (!await _batches.Letters.IsWantedAsync(message, cancellationToken))
        {
            _reports.RetryDropped(message);
            if (await _batches.Letters.IsOverAsync(message, cancellationToken))
            {
                await _batches.RemoveBodyAsync(message, cancellationToken);
            }

            return;
        }

        var found = await _gate.FindAsync(message, cancellationToken);
        if (found.Definition is not { } destination)
        {
            await _deferral.UntilRowIsRightAsync(message, found.Wrong, cancellationToken);
            return;
        }

        using var permit = await _gate.EnterAsync(message.Destination, found.HasOthers, cancellationToken);
        if (permit is null)
        {
            // Not an attempt. The slot goes to the other destinations.
            await _deferral.SendAgainAsync(message, _waits.ForPermit(), cancellationToken);
            return;
        }

        var pass = await _waits.CircuitAsync(_circuits, message.Destination, cancellationToken);
        if (pass.Wait > TimeSpan.Zero)
        {
            // Not an attempt: the destination was not asked.
            await _deferral.SendAgainAsync(message, pass.Deferral, cancellationToken);
            return;
        }

        try
        {
            switch (await _batches.ClaimAsync(message, cancellationToken))
            {
                case LedgerClaim.AlreadyDelivered:
                    _reports.Duplicate(message);
                    await _batches.ForgetAsync(message, cancellationToken);
                    break;
                case LedgerClaim.Taken taken:
                    var left = taken.Until - _batches.Now;
                    await _deferral.SendAgainAsync(message, left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1), cancellationToken);
                    break;
                case LedgerClaim.Granted claim:
                    await _delivery.DeliverAsync(message, destination, claim, DeliveryLimits.OfQueue, cancellationToken);
                    break;
                default:
                    throw new UnreachableException();
            }
        }
        finally
        {
            await _circuits.LeaveAsync(message.Destination, pass, cancellationToken);
        }
    }
}
