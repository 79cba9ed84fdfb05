using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Deliveries;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>What becomes of a message whose body is not that of its batch.</summary>
public sealed partial class ShipHandler
{
    // The batch stays as it was: its good message may still come. What came in its place is kept whole, body and all, and is not sent again by a retry.
    private async Task SetAsideAsync(ShipMessage message, ReadOnlyMemory<byte> gzip, LedgerClaim.Granted claim, CancellationToken cancellationToken)
    {
        var whole = (message with { Body = gzip.ToArray() }).ToWire().ToString();
        var name = await deadLetters.WriteUnreadableAsync("ship", whole, "its body is not the one that was packed for its batch", time.GetUtcNow(), cancellationToken);
        ShippingLog.StrangeBody(log, message.Destination, message.BatchId, message.Source, name);
        await ledger.ReleaseAsync(message, claim, cancellationToken);
        await backlog.DoneAsync(message.Destination, cancellationToken);
    }
}
