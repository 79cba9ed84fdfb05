using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations.Rows;

namespace AuditFunctions.Cli.Output;

/// <summary>All rows, in the shape of a row file.</summary>
/// <param name="Sources">Columns to texts, with the name as <c>name</c>.</param>
/// <param name="Destinations">Likewise.</param>
/// <param name="Templates">Templates of the installation's own, whole.</param>
internal sealed record RowsShape(
    IReadOnlyList<IReadOnlyDictionary<string, string>> Sources,
    IReadOnlyList<IReadOnlyDictionary<string, string>> Destinations,
    IReadOnlyList<JsonElement> Templates)
{
    /// <summary>The rows as JSON, which is a row file too.</summary>
    public static string Write(ExportedRows rows) => JsonSerializer.Serialize(
        new RowsShape(Of(rows.Sources), Of(rows.Destinations), [.. rows.Templates.Select(template => JsonElement.Parse(SettingJson.Write(template)))]),
        CliJson.Default.RowsShape) + "\n";

    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Of(IEnumerable<TableRow> rows) =>
        [.. rows.OrderBy(row => row.Name, StringComparer.Ordinal).Select(row => new SortedDictionary<string, string>(row.Columns.ToDictionary(), StringComparer.OrdinalIgnoreCase) { ["name"] = row.Name })];
}
