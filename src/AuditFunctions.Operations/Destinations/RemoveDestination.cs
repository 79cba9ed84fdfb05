using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Destinations;

namespace AuditFunctions.Operations.Destinations;

/// <summary>Removes a destination's row; refuses while a source names it or batches wait for it.</summary>
public sealed class RemoveDestination(Installation installation)
{
    /// <summary>Removes it.</summary>
    /// <param name="name">The destination.</param>
    /// <param name="force">Whether it goes although sources name it, which are not fetched any more, or batches wait, which go on waiting for a row.</param>
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

        var waiting = await installation.Get<Backpressure>().ReadAsync(destinations.Count, cancellationToken);
        return waiting.Of(name) is > 0 and var batches && !force
            ? throw new OperationException(
                $"The destination '{name}' is not removed: about {Counted.Of(batches, "batch")} {(batches == 1 ? "waits" : "wait")} for it, and nobody else gets them. "
                + "Remove it when 'auditfn status' shows none, or use --force.")
            : await installation.Destinations.RemoveAsync(name, cancellationToken);
    }
}
