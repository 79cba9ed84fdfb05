using AuditFunctions.Hosting;

namespace AuditFunctions.Operations.Destinations;

/// <summary>Removes a destination's row; refuses while a source names it.</summary>
public sealed class RemoveDestination(Installation installation)
{
    /// <summary>Removes it.</summary>
    /// <param name="name">The destination.</param>
    /// <param name="force">Whether it goes although sources name it: they are not fetched any more, and what was fetched waits.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether its row was still there.</returns>
    /// <exception cref="OperationException">There is no such destination, or sources send to it.</exception>
    public async Task<bool> RunAsync(string name, bool force, CancellationToken cancellationToken)
    {
        (await installation.DestinationsAsync(cancellationToken)).Find("destination", name);
        var sources = DestinationUse.Of(name, await installation.SourcesAsync(cancellationToken));
        return sources.Count > 0 && !force
            ? throw new OperationException($"The destination '{name}' is not removed: {string.Join(", ", sources)} send to it. Change those rows first, or use --force.")
            : await installation.Destinations.RemoveAsync(name, cancellationToken);
    }
}
