using System.Collections.Frozen;
using System.Reflection;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Sources.Templates;

/// <summary>
/// The templates that ship with the pipeline, the YAML files of <c>templates/</c>, read when first asked for, and those of the installation's own. Thread
/// safe.
/// </summary>
public sealed class TemplateCatalog
{
    private const string Prefix = "templates/";
    private const string Suffix = ".yaml";
    private static readonly Assembly Home = typeof(TemplateCatalog).Assembly;
    private readonly FrozenDictionary<string, Lazy<SourceTemplate>> _templates;
    private readonly FrozenSet<string> _ofFiles = [];

    /// <summary>The shipped templates.</summary>
    public TemplateCatalog()
    {
        _templates = Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => name[Prefix.Length..^Suffix.Length],
                name => new Lazy<SourceTemplate>(() => Load(name)),
                StringComparer.Ordinal);
    }

    private TemplateCatalog(FrozenDictionary<string, Lazy<SourceTemplate>> templates, FrozenSet<string> ofFiles) => (_templates, _ofFiles) = (templates, ofFiles);

    /// <summary>The names of all templates, in order.</summary>
    public IEnumerable<string> Names => _templates.Keys.Order(StringComparer.Ordinal);

    /// <summary>The names that somebody may have meant; at most five.</summary>
    public IReadOnlyList<string> Near(string name) => NearNames.Of(name, _templates.Keys);

    /// <summary>A template by name, or null.</summary>
    /// <exception cref="InvalidOperationException">The template itself is wrong.</exception>
    public SourceTemplate? Find(string name) => _templates.TryGetValue(name, out var template) ? template.Value : null;

    /// <summary>A template by name; null also when it is wrong.</summary>
    public SourceTemplate? FindValid(string name)
    {
        try
        {
            return Find(name);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>These templates and the installation's own, which stand before shipped ones of the same name: an upgrade must not change what a row means.</summary>
    /// <param name="own">Rows of table <c>Templates</c>; one that is wrong is so for the rows that name it, not for others.</param>
    public TemplateCatalog With(IEnumerable<TableRow> own)
    {
        var all = new Dictionary<string, Lazy<SourceTemplate>>(_templates, StringComparer.Ordinal);
        foreach (var row in own.Where(row => !_ofFiles.Contains(row.Name)))
        {
            all[row.Name] = new Lazy<SourceTemplate>(() => Load(row));
        }

        return new TemplateCatalog(all.ToFrozenDictionary(StringComparer.Ordinal), _ofFiles);
    }

    /// <summary>These templates and some of files, which stand before all others of the same name: somebody gave them to this process.</summary>
    /// <param name="files">The templates; one that is wrong is so for the rows that name it, not for others.</param>
    public TemplateCatalog With(IEnumerable<FileTemplate> files)
    {
        var all = new Dictionary<string, Lazy<SourceTemplate>>(_templates, StringComparer.Ordinal);
        FileTemplate[] given = [.. files];
        foreach (var file in given)
        {
            all[file.Name] = new Lazy<SourceTemplate>(() => file.Template ?? throw new InvalidOperationException($"names the template '{file.Name}', which is wrong: {file.Problem}"));
        }

        return new TemplateCatalog(all.ToFrozenDictionary(StringComparer.Ordinal), given.Select(file => file.Name).Concat(_ofFiles).ToFrozenSet(StringComparer.Ordinal));
    }

    private static SourceTemplate Load(TableRow row)
    {
        var problems = new Problems();
        return OwnTemplate.Read(row, problems)
            ?? throw new InvalidOperationException($"names the template '{row.Name}' of this installation, which is wrong: {string.Join(" ", problems.Found)}");
    }

    private static SourceTemplate Load(string resource)
    {
        using var stream = Home.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        var problems = new Problems();
        var template = TemplateReader.Read(reader.ReadToEnd(), resource, problems);
        return template is not null && template.Name == resource[Prefix.Length..^Suffix.Length]
            ? template with { Definition = SettingOverlay.WithoutLines(template.Definition) }
            : throw new InvalidOperationException($"The template '{resource}' is wrong: {string.Join(" ", problems.Found)}");
    }
}
