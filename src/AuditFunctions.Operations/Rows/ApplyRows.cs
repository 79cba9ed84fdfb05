using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Reading;

namespace AuditFunctions.Operations.Rows;

/// <summary>A row of a file that was written, or did not need to be.</summary>
/// <param name="Kind">Source or destination.</param>
/// <param name="Change">What writing it changed.</param>
public sealed record AppliedRow(RowKind Kind, RowChange Change);

/// <summary>What came of writing rows.</summary>
/// <param name="Rows">Every row, destinations first; none when something is wrong.</param>
/// <param name="Problems">What is wrong; while there is any, nothing was written.</param>
public sealed record AppliedRows(IReadOnlyList<AppliedRow> Rows, IReadOnlyList<RowProblem> Problems)
{
    /// <summary>What a person may have expected of a row, and will not come.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Writes the rows of files into the tables: all when all are valid, else none. Rows that the files do not name stay as they are.</summary>
public sealed class ApplyRows(Installation installation)
{
    /// <summary>Writes them, and creates tables, queues and containers that are missing.</summary>
    /// <param name="files">The rows.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<AppliedRows> RunAsync(RowFiles files, CancellationToken cancellationToken)
    {
        await installation.Storage.CreateMissingAsync(cancellationToken);
        var sources = await ByNameAsync(installation.Sources, cancellationToken);
        var destinations = await ByNameAsync(installation.Destinations, cancellationToken);
        var existing = destinations.Keys.ToHashSet(StringComparer.Ordinal);
        var desired = DesiredRows.Check(files.Rows, installation.Get<DefinitionReader>(), files.Problems, existing);
        if (desired.Problems.Count > 0)
        {
            return new AppliedRows([], desired.Problems);
        }

        // Destinations first: a source must never stand there without its own.
        AppliedRow[] ofDestinations = [.. desired.Destinations.Select(item => Applied(RowKind.Destination, destinations, item.Row.Row))];
        AppliedRow[] ofSources = [.. desired.Sources.Select(item => Applied(RowKind.Source, sources, item.Row.Row))];
        await WriteAsync(installation.Destinations, ofDestinations, cancellationToken);
        await WriteAsync(installation.Sources, ofSources, cancellationToken);
        return new AppliedRows([.. ofDestinations, .. ofSources], []) { Notes = await NotesAsync(ofSources, cancellationToken) };
    }

    // 'since' says where reading starts, and it has started.
    private async Task<IReadOnlyList<string>> NotesAsync(IEnumerable<AppliedRow> sources, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        foreach (var row in sources.Where(row => !row.Change.IsNew && row.Change.Columns.Contains(SourceColumns.Since, StringComparer.OrdinalIgnoreCase)))
        {
            var name = row.Change.Row.Name;
            if ((await installation.Get<CheckpointStore>().ListAsync(name, cancellationToken)).Any(partition => partition.Checkpoint.MarkAt is not null))
            {
                var since = row.Change.Row[SourceColumns.Since] ?? "<instant>";
                notes.Add($"source '{name}': 'since' has no effect any more, since events were seen; to read from there again: auditfn backfill {name} --from {since}");
            }
        }

        return notes;
    }

    private static AppliedRow Applied(RowKind kind, Dictionary<string, TableRow> current, TableRow desired) =>
        new(kind, RowChange.Between(current.GetValueOrDefault(desired.Name), desired));

    private static async Task<Dictionary<string, TableRow>> ByNameAsync(RowTable table, CancellationToken cancellationToken) =>
        (await table.ListAsync(cancellationToken)).ToDictionary(row => row.Name, StringComparer.Ordinal);

    private static Task WriteAsync(RowTable table, IEnumerable<AppliedRow> rows, CancellationToken cancellationToken) =>
        table.WriteAsync([.. rows.Where(row => row.Change.IsNeeded).Select(row => row.Change.Row)], cancellationToken);
}
