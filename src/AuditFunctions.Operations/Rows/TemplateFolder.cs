using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Hosting;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Rows;

/// <summary>The templates of a folder, for one process: no table, no rebuild.</summary>
/// <param name="Templates">All templates, those of the folder before others of the same name.</param>
/// <param name="Problems">What is wrong with some of them; only the sources that name those are stopped.</param>
public sealed record TemplateFolder(TemplateCatalog Templates, IReadOnlyList<RowProblem> Problems)
{
    /// <summary>The names of those of the folder.</summary>
    public IReadOnlySet<string> Files { get; init; } = new HashSet<string>();

    // A folder with more is another one than was meant.
    private const int MostFiles = 2_000;

    /// <summary>Reads every <c>.yaml</c> and <c>.yml</c> file of a folder and of those in it, but for contracts.</summary>
    /// <param name="directory">The folder; null for none: the shipped templates alone.</param>
    /// <param name="folder">What its name is relative to.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">There is no such folder, or no template in it.</exception>
    public static async Task<TemplateFolder> ReadAsync(string? directory, string folder, CancellationToken cancellationToken)
    {
        var shipped = new TemplateCatalog();
        if (directory is null)
        {
            return new TemplateFolder(shipped, []);
        }

        var problems = new List<RowProblem>();
        var found = new Dictionary<string, (string File, FileTemplate Template)>(StringComparer.Ordinal);
        foreach (var file in FilesOf(directory, folder))
        {
            var (template, wrong) = await ReadAsync(file, shipped, folder, cancellationToken);
            problems.AddRange(wrong);
            if (found.TryGetValue(template.Name, out var other))
            {
                var twice = new RowProblem(file, 0, null, "name", $"'{template.Name}' is the name of {other.File} too; give one of them another.");
                problems.Add(twice);
                template = new FileTemplate(template.Name, null, twice.ToString());
            }

            found[template.Name] = (file, template);
        }

        return new TemplateFolder(shipped.With(found.Values.Select(one => one.Template)), problems) { Files = found.Keys.ToHashSet(StringComparer.Ordinal) };
    }

    private static string[] FilesOf(string directory, string folder)
    {
        var path = Path.GetFullPath(directory, folder);
        try
        {
            string[] files =
            [
                .. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                    .Where(file => (file.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".yml", StringComparison.OrdinalIgnoreCase))
                        && !file.EndsWith(Contracts.ContractReader.Suffix, StringComparison.OrdinalIgnoreCase))
                    .Take(MostFiles + 1)
                    .Select(file => Path.Combine(directory, Path.GetRelativePath(path, file)))
                    .Order(StringComparer.Ordinal),
            ];
            return files.Length switch
            {
                0 => throw new OperationException($"--templates: '{directory}' holds no .yaml file; name the folder of your templates."),
                > MostFiles => throw new OperationException($"--templates: '{directory}' holds more than {MostFiles} files; name the folder of your templates alone."),
                _ => files,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(Directory.Exists(path)
                ? $"--templates: the folder '{directory}' cannot be read: {exception.Message}"
                : $"--templates: there is no folder '{directory}'.");
        }
    }

    // A file that is no YAML still has a name: its sources must not fall back to a shipped template.
    private static async Task<(FileTemplate Template, IReadOnlyList<RowProblem> Problems)> ReadAsync(
        string file, TemplateCatalog shipped, string folder, CancellationToken cancellationToken)
    {
        var files = await RowFiles.ReadTemplatesAsync([file], folder, cancellationToken);
        if (files.Rows is not [var row] || files.Problems.Count > 0)
        {
            var name = files.Rows is [var named] ? named.Row.Name : Path.GetFileNameWithoutExtension(file);
            return (new FileTemplate(name, null, string.Join(" ", files.Problems)), files.Problems);
        }

        var problems = new Problems();
        var template = TemplateSample.Read(row.Row, shipped, problems);
        RowProblem[] located = [.. problems.Found.Select(row.Locate)];
        return (new FileTemplate(row.Row.Name, template, template is null ? string.Join<RowProblem>(" ", located) : null), located);
    }
}
