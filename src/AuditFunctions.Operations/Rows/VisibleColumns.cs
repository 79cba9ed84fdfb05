using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Rows;

/// <summary>
/// A row's columns as they may be shown. Rows are typed by people, who now and then put a secret where its name belongs: only what is known to be no
/// secret is shown.
/// </summary>
public static class VisibleColumns
{
    /// <summary>Stands for a value that is not shown.</summary>
    public const string Hidden = "(hidden)";

    /// <summary>The columns of a source.</summary>
    public static IReadOnlyDictionary<string, string> Of(TableRow row, TemplateCatalog templates)
    {
        List<RowParameter> parameters = [.. templates.FindValid(row[SourceColumns.Template] ?? "")?.Parameters ?? []];
        if (row[SourceColumns.Definition] is { } text && SettingYaml.Read(text, "", new Problems()) is SettingMap definition)
        {
            // The row's own parameters stand before the template's.
            parameters.InsertRange(0, TemplateReader.Read(definition, new Problems()).Parameters);
        }

        return Of(row, parameters, SourceColumns.IsCommon);
    }

    /// <summary>The columns of a destination.</summary>
    public static IReadOnlyDictionary<string, string> Of(TableRow row)
    {
        var type = DestinationCatalog.Types.FirstOrDefault(type => type.Name == row["type"]?.Trim());
        return Of(row, type is null ? [] : DestinationCatalog.ColumnsOf(type), DestinationCatalog.IsCommon);
    }

    private static SortedDictionary<string, string> Of(TableRow row, IReadOnlyList<RowParameter> parameters, Func<string, bool> isCommon)
    {
        var visible = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (column, value) in row.Columns)
        {
            var parameter = parameters.FirstOrDefault(parameter => parameter.Name.Equals(column, StringComparison.OrdinalIgnoreCase));
            var isSafe = SecretName.TryParse(value, out _) || ((isCommon(column) && !SourceColumns.IsSecret(column) || parameter is { Secret: false }) && !HoldsPassword(value));
            visible[column] = column.Equals(SourceColumns.Definition, StringComparison.OrdinalIgnoreCase) ? $"({value.Length} characters)" : isSafe ? value : Hidden;
        }

        return visible;
    }

    private static bool HoldsPassword(string value) => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0;
}
