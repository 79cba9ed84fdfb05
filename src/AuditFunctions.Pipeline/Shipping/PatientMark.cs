using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Deliveries;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>
/// Marks a batch that arrived as delivered, and does not give up while its claim lasts: giving up means that the batch is delivered again. The
/// storage clients retry for less than a minute; this waits for storage that is away for longer.
/// </summary>
internal static class PatientMark
{
    /// <summary>Marks it. A stop does not end it.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage did not answer until the claim had ended.</exception>
    public static async Task MarkAsync(Ledger ledger, ShipMessage message, LedgerClaim.Granted claim, TimeProvider time, Random random)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ledger.MarkDeliveredAsync(message, claim, CancellationToken.None);
                return;
            }
            catch (Exception exception) when (BookkeepingTrouble.Is(exception) && time.GetUtcNow() < claim.Until)
            {
                await Task.Delay(Backoff.InRun(attempt, random), time, CancellationToken.None);
            }
        }
    }
}
