using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Sources.Templates;

/// <summary>A template of the installation's own: a row of table <c>Templates</c>, whose column <c>definition</c> is the whole template.</summary>
public static class OwnTemplate
{
    /// <summary>Reads a row; null when <paramref name="problems"/> tells that it is wrong.</summary>
    public static SourceTemplate? Read(TableRow row, Problems problems)
    {
        var before = problems.Found.Count;
        if (!ResourceName.IsValid(row.Name))
        {
            problems.Add("name", $"'{row.Name}' is no name of a template; allowed: {ResourceName.Allowed}.");
        }

        if (row[SourceColumns.Definition] is not { } text)
        {
            problems.Add(SourceColumns.Definition, "is missing: it holds the whole template.");
            return null;
        }

        if (TemplateReader.Read(text, SourceColumns.Definition, problems) is not { } template)
        {
            return null;
        }

        // A row that a person added by hand need not say its name twice.
        if (template.Name.Length > 0 && template.Name != row.Name)
        {
            problems.Add("name", $"is '{template.Name}' in the definition and '{row.Name}' in the row; make them equal.");
        }

        return problems.Found.Count > before
            ? null
            : template with { Name = row.Name, Definition = SettingOverlay.WithoutLines(template.Definition) };
    }
}
