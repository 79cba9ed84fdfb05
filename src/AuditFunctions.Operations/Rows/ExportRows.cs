using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Operations.Rows;

/// <summary>All rows of an installation, fit for a file.</summary>
/// <param name="Sources">Its sources.</param>
/// <param name="Destinations">Its destinations.</param>
/// <param name="Templates">Its own templates, whole.</param>
/// <param name="LeftOut">Which columns are missing, and why: a sentence each.</param>
public sealed record ExportedRows(IReadOnlyList<TableRow> Sources, IReadOnlyList<TableRow> Destinations, IReadOnlyList<SettingMap> Templates, IReadOnlyList<string> LeftOut);

/// <summary>Reads all rows as a file may hold them: secrets stay references, and what may be a secret itself is left out and reported.</summary>
public sealed class ExportRows(Installation installation)
{
    /// <summary>Reads them.</summary>
    public async Task<ExportedRows> RunAsync(CancellationToken cancellationToken)
    {
        var leftOut = new List<string>();
        var sources = await installation.SourcesAsync(cancellationToken);
        var destinations = await installation.DestinationsAsync(cancellationToken);
        var own = await installation.OwnTemplatesAsync(cancellationToken);
        var templates = installation.TemplatesWith(own.Values.Select(row => row.Row));
        return new ExportedRows(
            [.. sources.Values.Select(row => Safe("source", row.Row, VisibleColumns.Of(row.Row, templates), leftOut))],
            [.. destinations.Values.Select(row => Safe("destination", row.Row, VisibleColumns.Of(row.Row), leftOut))],
            [.. own.Values.Select(row => Whole(row.Row, leftOut)).OfType<SettingMap>()],
            leftOut);
    }

    // As a file says a template: with its name in front.
    private static SettingMap? Whole(TableRow row, List<string> leftOut)
    {
        if (SettingYaml.Read(row[SourceColumns.Definition] ?? "", "", new Problems()) is SettingMap map)
        {
            return new SettingMap(0, [new("name", new SettingText(0, row.Name, Plain: true)), .. map.Entries.Where(entry => entry.Key != "name")]);
        }

        leftOut.Add($"template '{row.Name}' is left out; its definition is not a map of keys and values.");
        return null;
    }

    // A value that is not shown anywhere must not go into a file that people keep and send.
    private static TableRow Safe(string kind, TableRow row, IReadOnlyDictionary<string, string> visible, List<string> leftOut)
    {
        var columns = TableRow.NewColumns();
        foreach (var (column, value) in row.Columns)
        {
            if (column.Equals("name", StringComparison.OrdinalIgnoreCase))
            {
                leftOut.Add($"{kind} '{row.Name}': column '{column}' is left out; a row file says the name itself.");
            }
            else if (visible[column] == VisibleColumns.Hidden && !column.Equals(SourceColumns.Definition, StringComparison.OrdinalIgnoreCase))
            {
                leftOut.Add($"{kind} '{row.Name}': column '{column}' is left out; it is unknown, or holds a secret itself. Write a reference such as secret:name into the row.");
            }
            else
            {
                columns[column] = value;
            }
        }

        return row with { Columns = columns };
    }
}
