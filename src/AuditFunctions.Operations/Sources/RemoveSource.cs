using AuditFunctions.Hosting;
using AuditFunctions.Operations.Lookups;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Operations.Sources;

/// <summary>What was removed of a source.</summary>
/// <param name="Row">Whether its row was there.</param>
/// <param name="Checkpoints">How many checkpoints were forgotten.</param>
/// <param name="Table">The lookup file with the table of its listing, when there was one.</param>
public sealed record RemovedSource(bool Row, int Checkpoints, string? Table);

/// <summary>
/// Removes a source's row, and the table of its listing. Its checkpoint stays unless it is to be forgotten, so that a source of the same name goes on where
/// this one ended.
/// </summary>
public sealed class RemoveSource(Installation installation)
{
    /// <summary>Removes it. A row that is gone already may have left a checkpoint that is to be forgotten.</summary>
    /// <exception cref="OperationException">There is nothing of that name, or another source looks into its listing.</exception>
    public async Task<RemovedSource> RunAsync(string name, bool forget, CancellationToken cancellationToken)
    {
        var rows = await installation.SourcesAsync(cancellationToken);
        var lookups = new InstalledLookups(installation);
        var file = (await lookups.ListAsync(cancellationToken)).FirstOrDefault(one => one.Name == ListingTable.NameOf(name));
        if (file?.Sources.Where(source => source != name).ToArray() is { Length: > 0 } others)
        {
            throw new OperationException($"Source '{name}' is a listing into which {string.Join(", ", others)} look{(others.Length == 1 ? "s" : "")}; change the processors there first.");
        }

        var removed = rows.ContainsKey(name) && await installation.Sources.RemoveAsync(name, cancellationToken);
        var forgotten = forget ? await installation.Get<CheckpointStore>().RemoveAsync(name, cancellationToken) : 0;
        if (!removed && forgotten == 0)
        {
            throw KnownNames.Unknown("source", name, rows.Keys);
        }

        if (file is not { Bytes: not null })
        {
            return new RemovedSource(removed, forgotten, null);
        }

        await lookups.RemoveAsync(file.Name, cancellationToken);
        return new RemovedSource(removed, forgotten, file.Name);
    }
}
