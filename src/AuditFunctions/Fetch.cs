using AuditFunctions.Pipeline.Fetching;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;

namespace AuditFunctions;

/// <summary>A message of queue <c>fetch</c>: pulls pages of a source and puts batches into queue <c>ship</c>.</summary>
public sealed class Fetch(FetchHandler handler, IHostApplicationLifetime lifetime)
{
    /// <summary>Handles a message. A stop of the process ends it at once: what was committed stays, and the lease is given back.</summary>
    [Function(nameof(Fetch))]
    public async Task RunAsync([QueueTrigger("fetch")] string message, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await handler.HandleAsync(message, ending.Token);
    }
}
