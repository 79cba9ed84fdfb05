using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Rows;

/// <summary>Checks a template as far as that is possible without a source: by a row whose values are the parameters' examples.</summary>
internal static class TemplateSample
{
    /// <summary>Reads a row of table <c>Templates</c>; null when <paramref name="problems"/> tells that it is wrong.</summary>
    /// <param name="row">The row.</param>
    /// <param name="others">The other templates.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static SourceTemplate? Read(TableRow row, TemplateCatalog others, Problems problems)
    {
        if (OwnTemplate.Read(row, problems) is not { } template)
        {
            return null;
        }

        var columns = TableRow.NewColumns();
        columns[SourceColumns.Template] = template.Name;
        columns[SourceColumns.Destination] = "siem";
        foreach (var parameter in template.Parameters.Where(parameter => parameter.Required && parameter.Default is null))
        {
            columns[parameter.Name] = SampleValue.Of(parameter, template.Name);
        }

        var found = new Problems();
        new DefinitionReader(others.With([row])).Read(new TableRow(template.Name, columns), found);
        foreach (var problem in found.Found)
        {
            // What is wrong with a value is wrong with its example.
            var isParameter = template.Parameters.Any(parameter => parameter.Name == problem.Where);
            problems.Add(isParameter ? $"parameters.{problem.Where}.example" : problem.Where, problem.What);
        }

        return found.None ? template : null;
    }
}
