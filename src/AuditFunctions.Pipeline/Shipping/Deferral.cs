using System.Diagnostics;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Queues;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Sends batches to the queue again that cannot be delivered now, with a growing delay and as often as it takes.</summary>
internal sealed class Deferral(StorageAccount storage, BatchStore batches, Circuits circuits, ShippingReports reports, Random random)
{
    private static readonly TimeSpan MinRefusedWait = TimeSpan.FromSeconds(30);
    private readonly MessageQueue _queue = storage.Ships;

    /// <summary>Why a message cannot be of this installation; null when it may be taken.</summary>
    public ValueTask<string?> ProblemOfAsync(string text, CancellationToken cancellationToken) => _queue.ProblemOfAsync(text, cancellationToken);

    /// <summary>Sends the message again as it is: that is not an attempt.</summary>
    public Task SendAgainAsync(ShipMessage message, TimeSpan delay, CancellationToken cancellationToken) =>
        _queue.SendAsync(message.ToWire(), delay, cancellationToken);

    /// <summary>A delivery was tried and came to nothing: opens the circuit, gives the batch back and sends the message again.</summary>
    public async Task AfterAttemptAsync(ShipMessage message, SendResult result, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        var attempt = message.Attempt + 1;
        var wait = Backoff.OfDelivery(attempt, random);
        switch (result)
        {
            case SendResult.Retry retry:
                var open = await circuits.OpenAsync(message.Destination, retry.Reason, retry.After, needsAttention: false, cancellationToken);
                wait = open.Deferral > wait ? open.Deferral : wait;
                reports.Deferred(message, wait, attempt, retry.Reason);
                break;
            case SendResult.Refused refused:
                circuits.Refuse(message.Destination, refused.Reason);
                wait = wait > MinRefusedWait ? wait : MinRefusedWait;
                await circuits.OpenAsync(message.Destination, refused.Reason, MinRefusedWait, needsAttention: true, cancellationToken);
                reports.Refused(message, wait, refused.Reason);
                break;
            default:
                throw new UnreachableException();
        }

        await batches.ReleaseAsync(message, claim, cancellationToken);
        await SendAgainAsync(message with { Attempt = attempt, FirstAttemptAt = FirstOf(message) }, wait, cancellationToken);
    }

    // What lies ahead was said by a clock that ran ahead: nothing would count as taken since then, until that instant has come.
    private DateTimeOffset FirstOf(ShipMessage message) => message.FirstAttemptAt is { } first && first <= batches.Now ? first : batches.Now;

    /// <summary>The destination's row keeps the batch from being tried: somebody has to change something, so there is no use in asking often.</summary>
    public async Task UntilRowIsRightAsync(ShipMessage message, string wrong, CancellationToken cancellationToken)
    {
        var attempt = message.Attempt + 1;
        var wait = Backoff.OfDelivery(attempt, random);
        wait = wait > MinRefusedWait ? wait : MinRefusedWait;
        circuits.Refuse(message.Destination, wrong);
        reports.Refused(message, wait, wrong);
        await SendAgainAsync(message with { Attempt = attempt }, wait, cancellationToken);
    }
}
