using AuditFunctions.Hosting;
using AuditFunctions.Invocations;
using Microsoft.Azure.Functions.Worker;

namespace AuditFunctions;

/// <summary>A message of queue <c>ship</c>: delivers one batch to one destination.</summary>
public sealed class Ship(HeldShipping shipping)
{
    /// <summary>Handles a message.</summary>
    /// <exception cref="InvalidOperationException">The host does not say which message it is.</exception>
    [Function(nameof(Ship))]
    public Task RunAsync([QueueTrigger("ship")] string message, FunctionContext context) => TriggerMessage.Of(context) is { } taken
        ? shipping.HandleAsync(message, taken.Id, taken.Receipt)
        : throw new InvalidOperationException("The host gives no id and receipt of the message with it.");
}
