using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>How long a message of the queue waits for what keeps it from being tried.</summary>
internal sealed class ShippingWaits(IOptions<ShippingOptions> options, TimeProvider time, Random random)
{
    /// <summary>The wait for a permit, in the queue.</summary>
    public TimeSpan ForPermit() => TimeSpan.FromSeconds(2 + (3 * random.NextDouble()));

    /// <summary>
    /// Asks the circuit. A short wait is waited for with the message in hand: sending everything that waits through the queue again would cost more than the
    /// deliveries.
    /// </summary>
    public async Task<CircuitPass> CircuitAsync(Circuits circuits, string destination, CancellationToken cancellationToken)
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
}
