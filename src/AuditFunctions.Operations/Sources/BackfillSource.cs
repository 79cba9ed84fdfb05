using AuditFunctions.Configuration;
using AuditFunctions.Hosting;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Operations.Sources;

/// <summary>A source that was moved back, as far as it could be.</summary>
/// <param name="Source">The source.</param>
/// <param name="Partitions">What came of each of its partitions.</param>
public sealed record BackfilledSource(SourceDefinition Source, IReadOnlyDictionary<PartitionId, BackfillResult> Partitions)
{
    /// <summary>Whether a run holds one of the partitions, so that nothing was done to it: to be tried again.</summary>
    public bool IsLeased => Partitions.Values.OfType<BackfillResult.Leased>().Any();
}

/// <summary>Moves a source of an installation back, so that everything from an instant on is read again at its next poll.</summary>
public sealed class BackfillSource(Installation installation, TimeProvider time)
{
    /// <summary>Moves it back.</summary>
    /// <param name="name">The source.</param>
    /// <param name="from">Where to start.</param>
    /// <param name="again">Whether events that were sent before are sent again.</param>
    /// <param name="cancellationToken">Ends it between two partitions.</param>
    /// <exception cref="OperationException">There is no such source, its row is wrong, or the instant is not between 1970 and now.</exception>
    public async Task<BackfilledSource> RunAsync(string name, DateTimeOffset from, bool again, CancellationToken cancellationToken)
    {
        if (from <= DateTimeOffset.UnixEpoch || from >= time.GetUtcNow())
        {
            throw new OperationException($"--from {Instants.Iso(from)} must lie after 1970 and before now.");
        }

        var row = (await installation.SourcesAsync(cancellationToken)).Find("source", name);
        var source = row.Definition
            ?? throw new OperationException($"The row of source '{name}' is wrong, so that it is not known what would be read; see 'auditfn sources show {name}'.");
        return new BackfilledSource(source, await installation.Make<Backfill>().RunAsync(source, from, again, cancellationToken));
    }
}
