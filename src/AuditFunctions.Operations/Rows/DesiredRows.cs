using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Rows;

/// <summary>The rows of some files, checked together as they would stand in the tables.</summary>
/// <param name="Sources">Source rows and what they mean.</param>
/// <param name="Destinations">Destination rows and what they mean.</param>
/// <param name="Templates">Template rows and what they mean.</param>
/// <param name="Problems">Everything that is wrong; only without any may the rows be written.</param>
/// <param name="Notes">What the files alone do not say.</param>
public sealed record DesiredRows(
    IReadOnlyList<(FileRow Row, SourceDefinition? Definition)> Sources,
    IReadOnlyList<(FileRow Row, DestinationDefinition? Definition)> Destinations,
    IReadOnlyList<(FileRow Row, SourceTemplate? Definition)> Templates,
    IReadOnlyList<RowProblem> Problems,
    IReadOnlyList<RowProblem> Notes)
{
    /// <summary>Checks rows.</summary>
    /// <param name="rows">The rows of all files.</param>
    /// <param name="templates">The templates that the files' own stand before.</param>
    /// <param name="found">What was already found wrong when the files were read.</param>
    /// <param name="existing">Names of the destinations that the table has; null when it was not asked, so that an absent one is only a note.</param>
    public static DesiredRows Check(IEnumerable<FileRow> rows, TemplateCatalog templates, IEnumerable<RowProblem> found, IReadOnlySet<string>? existing)
    {
        var problems = found.ToList();
        var notes = new List<RowProblem>();
        var sources = new List<(FileRow Row, SourceDefinition? Definition)>();
        var destinations = new List<(FileRow Row, DestinationDefinition? Definition)>();
        var own = new List<(FileRow Row, SourceTemplate? Definition)>();
        var names = new Dictionary<(RowKind, string), FileRow>();
        FileRow[] all = [.. rows];
        var reader = new DefinitionReader(templates.With(all.Where(row => row.Kind == RowKind.Template).Select(row => row.Row)));
        foreach (var row in all)
        {
            if (!names.TryAdd((row.Kind, row.Row.Name), row))
            {
                var first = names[(row.Kind, row.Row.Name)];
                problems.Add(row.Locate(new Problem("name", $"stands twice; the first is in {SettingYaml.At(first.File, first.Line)}.")));
            }

            switch (row.Kind)
            {
                case RowKind.Source:
                    sources.Add((row, Read(row, reader.Read, problems)));
                    break;
                case RowKind.Destination:
                    destinations.Add((row, Read(row, DestinationCatalog.Read, problems)));
                    break;
                case RowKind.Template:
                    own.Add((row, Read(row, (template, wrong) => TemplateSample.Read(template, templates, wrong), problems)));
                    break;
            }
        }

        foreach (var (row, definition) in sources)
        {
            foreach (var name in (definition?.Destinations ?? []).Where(name => !names.ContainsKey((RowKind.Destination, name)) && existing?.Contains(name) != true))
            {
                (existing is null ? notes : problems).Add(row.Locate(new Problem("destination", existing is null
                    ? $"'{name}' is not in these files; its row must be there before events flow."
                    : $"'{name}' is neither in these files nor in the table; add a row for it.")));
            }
        }

        CheckLookups(sources, existing is null, problems, notes);
        return new DesiredRows(sources, destinations, own, [.. problems.OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line)], notes);
    }

    // A listing that is in none of the files is looked for where the tables are asked.
    private static void CheckLookups(List<(FileRow Row, SourceDefinition? Definition)> sources, bool isAlone, List<RowProblem> problems, List<RowProblem> notes)
    {
        var rows = sources.ToLookup(item => item.Row.Row.Name, StringComparer.Ordinal);
        foreach (var lookup in ListingLookup.Of(sources.Select(item => item.Definition).OfType<SourceDefinition>()))
        {
            var row = rows[lookup.Source.Name].First().Row;
            if (!rows.Contains(lookup.Listing))
            {
                if (isAlone)
                {
                    notes.Add(row.Locate(new Problem("processors", $"look into the listing of '{lookup.Listing}', which is not in these files; its row must be there before its table is.")));
                }
            }
            else if (rows[lookup.Listing].First().Definition is { } listing && lookup.ProblemOfRow(listing) is { } problem)
            {
                problems.Add(row.Locate(problem));
            }
        }
    }

    private static T? Read<T>(FileRow row, Func<TableRow, Problems, T?> read, List<RowProblem> problems)
        where T : class
    {
        var found = new Problems();
        var definition = read(row.Row, found);
        problems.AddRange(found.Found.Select(row.Locate));
        return definition;
    }
}
