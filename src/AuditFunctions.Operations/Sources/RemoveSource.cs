using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Checkpoints;

namespace AuditFunctions.Operations.Sources;

/// <summary>What was removed of a source.</summary>
/// <param name="Row">Whether its row was there.</param>
/// <param name="Checkpoints">How many checkpoints were forgotten.</param>
public sealed record RemovedSource(bool Row, int Checkpoints);

/// <summary>Removes a source's row. Its checkpoint stays unless it is to be forgotten, so that a source of the same name goes on where this one ended.</summary>
public sealed class RemoveSource(Installation installation)
{
    /// <summary>Removes it. A row that is gone already may have left a checkpoint that is to be forgotten.</summary>
    /// <exception cref="OperationException">There is nothing of that name.</exception>
    public async Task<RemovedSource> RunAsync(string name, bool forget, CancellationToken cancellationToken)
    {
        var rows = await installation.SourcesAsync(cancellationToken);
        var removed = rows.ContainsKey(name) && await installation.Sources.RemoveAsync(name, cancellationToken);
        var forgotten = forget ? await installation.Get<CheckpointStore>().RemoveAsync(name, cancellationToken) : 0;
        return removed || forgotten > 0 ? new RemovedSource(removed, forgotten) : throw KnownNames.Unknown("source", name, rows.Keys);
    }
}
