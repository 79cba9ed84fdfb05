using AuditFunctions.Pipeline.Fetching;
using Microsoft.Azure.Functions.Worker;

namespace AuditFunctions;

/// <summary>A message of queue <c>fetch</c>: pulls pages of a source and puts batches into queue <c>ship</c>.</summary>
public sealed class Fetch(FetchHandler handler)
{
    /// <summary>Handles a message.</summary>
    [Function(nameof(Fetch))]
    public Task RunAsync([QueueTrigger("fetch")] string message, CancellationToken cancellationToken) =>
        handler.HandleAsync(message, cancellationToken);
}
