using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Hosting;

/// <summary>
/// Handles a message of queue <c>ship</c> that the Functions host has taken. The host hides it for ten minutes, whatever its settings
/// say, and so long would its events wait after a crash of the instance. So the message is taken over: hidden for as long as the
/// delivery's claim, which is renewed, and deleted here. The host's own receipt fits no more then, which it passes over.
/// </summary>
public sealed class HeldShipping(
    ShipHandler handler,
    StorageAccount storage,
    IOptions<ShippingOptions> options,
    TimeProvider time,
    ILogger<HeldShipping> log)
{
    /// <summary>How long a message stays hidden after its handler failed, as in <c>host.json</c>.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);

    private readonly StorageWatch _watch = new("Queue 'ship'", RetryDelay, log);

    /// <summary>Handles the message, and deletes it or shows it again.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="id">Its id.</param>
    /// <param name="receipt">The receipt that the host took it with.</param>
    public async Task HandleAsync(string text, string id, string receipt)
    {
        var held = storage.HoldShip(id, receipt, options.Value.ClaimDuration, time, _watch.Fails);
        if (!await held.TakeOverAsync())
        {
            return;
        }

        // A delivery that is cut off may have arrived all the same and would be repeated: it is let finish, within its own time-out.
        var work = handler.HandleAsync(text, CancellationToken.None);
        await held.RenewWhileAsync(work);
        try
        {
            await work;
            _watch.Works();
        }
        catch
        {
            await held.GiveBackAsync(RetryDelay);
            throw;
        }

        await held.DeleteAsync();
    }
}
