using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Rows;

/// <summary>A row of a file that was written, or did not need to be.</summary>
/// <param name="Kind">What it describes.</param>
/// <param name="Change">What writing it changed.</param>
public sealed record AppliedRow(RowKind Kind, RowChange Change);

/// <summary>What came of writing rows.</summary>
/// <param name="Rows">Every row, templates first, then destinations; none when something is wrong.</param>
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
        var templates = await ByNameAsync(installation.Templates, cancellationToken);
        var existing = destinations.Keys.ToHashSet(StringComparer.Ordinal);
        var catalog = installation.TemplatesWith(templates.Values);
        var desired = DesiredRows.Check(files.Rows, catalog, files.Problems, existing);
        RowProblem[] problems = [.. desired.Problems, .. Broken(desired, sources, catalog), .. Tableless(desired, sources, catalog), .. Unkeepable(desired)];
        if (problems.Length > 0)
        {
            return new AppliedRows([], problems);
        }

        // Sources last: one must never stand there without its destination or its template.
        AppliedRow[] ofTemplates = [.. desired.Templates.Select(item => Applied(RowKind.Template, templates, item.Row.Row))];
        AppliedRow[] ofDestinations = [.. desired.Destinations.Select(item => Applied(RowKind.Destination, destinations, item.Row.Row))];
        AppliedRow[] ofSources = [.. desired.Sources.Select(item => Applied(RowKind.Source, sources, item.Row.Row))];
        await WriteAsync(installation.Templates, ofTemplates, cancellationToken);
        await WriteAsync(installation.Destinations, ofDestinations, cancellationToken);
        await WriteAsync(installation.Sources, ofSources, cancellationToken);
        return new AppliedRows([.. ofTemplates, .. ofDestinations, .. ofSources], []) { Notes = await NotesAsync(ofSources, cancellationToken) };
    }

    // Sources that the files do not name and that a changed template would stop.
    private static IEnumerable<RowProblem> Broken(DesiredRows desired, Dictionary<string, TableRow> sources, TemplateCatalog before)
    {
        FileRow[] templates = [.. desired.Templates.Where(item => item.Definition is not null).Select(item => item.Row)];
        var named = desired.Sources.Select(item => item.Row.Row.Name).ToHashSet(StringComparer.Ordinal);
        var (old, changed) = (new DefinitionReader(before), new DefinitionReader(before.With(templates.Select(row => row.Row))));
        foreach (var template in templates)
        {
            foreach (var source in sources.Values.Where(source => source[SourceColumns.Template] == template.Row.Name && !named.Contains(source.Name)))
            {
                var (was, now) = (new Problems(), new Problems());
                old.Read(source, was);
                changed.Read(source, now);
                if (was.None && !now.None)
                {
                    yield return template.Locate(new Problem("", $"would stop source '{source.Name}': {string.Join(" ", now.Found)} Put its row into the file too, or give the template another name."));
                }
            }
        }
    }

    // Lookups into listings of which one side is in the files and the other in the table.
    private static IEnumerable<RowProblem> Tableless(DesiredRows desired, Dictionary<string, TableRow> sources, TemplateCatalog before)
    {
        var files = desired.Sources.ToLookup(item => item.Row.Row.Name, StringComparer.Ordinal);
        var reader = new DefinitionReader(before.With(desired.Templates.Where(item => item.Definition is not null).Select(item => item.Row.Row)));
        var table = sources.Values.Where(row => !files.Contains(row.Name)).ToDictionary(row => row.Name, row => reader.Read(row, new Problems()), StringComparer.Ordinal);
        var ofFiles = ListingLookup.Of(desired.Sources.Select(item => item.Definition).OfType<SourceDefinition>());
        foreach (var lookup in ofFiles.Where(lookup => !files.Contains(lookup.Listing)))
        {
            var row = files[lookup.Source.Name].First().Row;
            if (!table.TryGetValue(lookup.Listing, out var listing))
            {
                yield return row.Locate(new Problem("processors", $"look into the listing of '{lookup.Listing}', which is neither in these files nor in the table; add a row for it."));
            }
            else if (listing is not null && lookup.ProblemOfRow(listing) is { } problem)
            {
                yield return row.Locate(problem);
            }
        }

        foreach (var lookup in ListingLookup.Of(table.Values.OfType<SourceDefinition>()).Where(lookup => files.Contains(lookup.Listing)))
        {
            if (files[lookup.Listing].First() is { Definition: { } listing } item && lookup.ProblemWith(listing) is { } problem)
            {
                yield return item.Row.Locate(new Problem("", $"would leave source '{lookup.Source.Name}' without its lookup: {problem}. Put its row into the file too."));
            }
        }
    }

    private IEnumerable<RowProblem> Unkeepable(DesiredRows desired) => installation.Get<InstallationKeys>().Exist ? [] :
        desired.Sources.Where(item => item.Definition is { Auth.ReplacesSecrets: true }).Select(item => item.Row.Locate(new Problem(
            "",
            "the vendor replaces the refresh token when it is used, and there is no key to keep the new one under: set Messages__Key, here and for all processes of the installation.")));

    // 'since' says where reading starts, and it has started.
    private async Task<IReadOnlyList<string>> NotesAsync(IEnumerable<AppliedRow> sources, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        foreach (var row in sources.Where(row => row.Change.Columns.Contains(SourceColumns.Since, StringComparer.OrdinalIgnoreCase)))
        {
            // Also where the row is new: a source of that name left its checkpoint.
            var name = row.Change.Row.Name;
            if (row.Change.Row[SourceColumns.Since] is { } since && (await installation.Get<CheckpointStore>().ListAsync(name, cancellationToken)).Any(partition => partition.Checkpoint is { MarkAt: not null, LastListing: null }))
            {
                notes.Add($"source '{name}': 'since' has no effect any more: events were read already. To read from there again: auditfn backfill {name} --from {since}");
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
