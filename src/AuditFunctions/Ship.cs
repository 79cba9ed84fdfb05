using AuditFunctions.Pipeline.Shipping;
using Microsoft.Azure.Functions.Worker;

namespace AuditFunctions;

/// <summary>A message of queue <c>ship</c>: delivers one batch to one destination.</summary>
public sealed class Ship(ShipHandler handler)
{
    /// <summary>Handles a message.</summary>
    // A delivery that is cut off may have arrived all the same and would be repeated: it is let finish, within its own time-out.
    [Function(nameof(Ship))]
    public Task RunAsync([QueueTrigger("ship")] string message) => handler.HandleAsync(message, CancellationToken.None);
}
