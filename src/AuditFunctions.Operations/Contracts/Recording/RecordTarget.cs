using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Hosting;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>What a person named to be recorded: a template, and the columns that a row gives it.</summary>
/// <param name="Template">The template.</param>
/// <param name="Templates">All templates, that one among them.</param>
/// <param name="Columns">The row's columns; none where no row was named.</param>
/// <param name="Text">The template as a file would hold it, where it is neither shipped nor in a file; else null.</param>
public sealed record RecordTarget(SourceTemplate Template, TemplateCatalog Templates, IReadOnlyDictionary<string, string> Columns, string? Text)
{
    // Where to read, and what becomes of events: none of it is the template's.
    private static readonly string[] NotAsked =
        [SourceColumns.Template, SourceColumns.Enabled, SourceColumns.Destination, SourceColumns.Since, SourceColumns.Processors, SourceColumns.Routes, SourceColumns.ExpectEvery];

    /// <summary>A template of the installation's own, else a source of it.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isSource">Whether a source is meant, also where a template has that name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">There is none, or it is wrong.</exception>
    public static async Task<RecordTarget> OfInstallationAsync(Installation installation, string name, bool isSource, CancellationToken cancellationToken)
    {
        var own = await installation.OwnTemplatesAsync(cancellationToken);
        var templates = installation.TemplatesWith(own.Values.Select(row => row.Row));
        if (!isSource && own.TryGetValue(name, out var found))
        {
            return found.Definition is { } template
                ? new RecordTarget(template, templates, TableRow.NewColumns(), found.Row[SourceColumns.Definition])
                : throw new OperationException($"Template '{name}' is wrong: {string.Join(" ", found.Problems)}");
        }

        var sources = await installation.SourcesAsync(cancellationToken);
        if (!sources.TryGetValue(name, out var source))
        {
            throw isSource ? KnownNames.Unknown("source", name, sources.Keys) : new OperationException(
                $"There is no template or source '{name}'. 'auditfn templates list --search WORD' finds a template, 'auditfn sources list' shows the sources; name a template of your own by its file.");
        }

        return source.Definition is not null
            ? OfRow(source.Row, templates, template => own.GetValueOrDefault(template)?.Row[SourceColumns.Definition])
            : throw new OperationException($"The row of source '{name}' is wrong: {string.Join(" ", source.Problems)}");
    }

    private static RecordTarget OfRow(TableRow row, TemplateCatalog templates, Func<string, string?> textOf)
    {
        var columns = TableRow.NewColumns();
        foreach (var (column, value) in row.Columns.Where(column => !NotAsked.Contains(column.Key, StringComparer.OrdinalIgnoreCase)))
        {
            columns[column] = value;
        }

        if (row[SourceColumns.Template] is { } name)
        {
            return new RecordTarget(templates.Find(name)!, templates, columns, textOf(name));
        }

        // A definition that stands in the row alone is a template that has no file yet.
        var text = row[SourceColumns.Definition]!;
        var own = TableRow.NewColumns();
        own[SourceColumns.Definition] = text;
        columns.Remove(SourceColumns.Definition);
        var all = templates.With([new TableRow(row.Name, own)]);
        return new RecordTarget(all.Find(row.Name)!, all, columns, Named(row.Name, text));
    }

    private static string Named(string name, string definition) =>
        SettingYaml.Read(definition, "", new Problems()) is SettingMap map && map["name"] is null
            ? SettingJson.Write(new SettingMap(0, [KeyValuePair.Create("name", (SettingNode)new SettingText(0, name, Plain: false)), .. map.Entries]))
            : definition;
}
