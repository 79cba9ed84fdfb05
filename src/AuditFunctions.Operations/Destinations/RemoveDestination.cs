using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Destinations;
using Azure;

namespace AuditFunctions.Operations.Destinations;

/// <summary>Removes a destination's row; refuses while a source names it, or batches wait for it.</summary>
public sealed class RemoveDestination(Installation installation)
{
    /// <summary>Removes it.</summary>
    /// <param name="name">The destination.</param>
    /// <param name="force">Whether it goes all the same: sources that name it are not fetched any more, and what was fetched waits.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether its row was still there.</returns>
    /// <exception cref="OperationException">There is no such destination, sources send to it, or batches wait for it.</exception>
    public async Task<bool> RunAsync(string name, bool force, CancellationToken cancellationToken)
    {
        var destinations = await installation.DestinationsAsync(cancellationToken);
        destinations.Find("destination", name);
        var sources = DestinationUse.Of(name, await installation.SourcesAsync(cancellationToken));
        if (sources.Count > 0 && !force)
        {
            throw new OperationException($"The destination '{name}' is not removed: {string.Join(", ", sources)} send to it. Change those rows first, or use --force.");
        }

        if (!force && await WaitingAsync(name, destinations.Count, cancellationToken) is > 0 and var waiting)
        {
            throw new OperationException($"The destination '{name}' is not removed: batches wait for it (about {waiting:N0}), and nothing else takes them. Remove it when 'auditfn status' shows an empty queue, or use --force: they wait until there is such a row again.");
        }

        return await installation.Destinations.RemoveAsync(name, cancellationToken);
    }

    // Where there are no queues yet nothing waits.
    private async Task<long> WaitingAsync(string name, int destinations, CancellationToken cancellationToken)
    {
        try
        {
            return (await installation.Get<Backpressure>().ReadAsync(destinations, cancellationToken)).Of(name);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return 0;
        }
    }
}
