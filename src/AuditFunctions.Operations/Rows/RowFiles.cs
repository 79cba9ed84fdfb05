using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Rows;

/// <summary>What row files hold.</summary>
/// <param name="Rows">Their rows, in order.</param>
/// <param name="Problems">What is wrong with the files themselves; their rows are not checked yet.</param>
public sealed record RowFiles(IReadOnlyList<FileRow> Rows, IReadOnlyList<RowProblem> Problems)
{
    // A row file is typed by a person; whatever is larger is something else.
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Reads files.</summary>
    /// <param name="files">Their names.</param>
    /// <param name="folder">The folder to which the names are relative.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task<RowFiles> ReadAsync(IEnumerable<string> files, string folder, CancellationToken cancellationToken) =>
        ReadAsync(files, folder, RowFile.Read, cancellationToken);

    /// <summary>Reads files that are a template each, and nothing else.</summary>
    /// <param name="files">Their names.</param>
    /// <param name="folder">The folder to which the names are relative.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task<RowFiles> ReadTemplatesAsync(IEnumerable<string> files, string folder, CancellationToken cancellationToken) => ReadAsync(
        files,
        folder,
        (text, file, problems) => RowFile.ReadTemplate(text, file, problems) is { } row ? [row] : [],
        cancellationToken);

    private static async Task<RowFiles> ReadAsync(
        IEnumerable<string> files, string folder, Func<string, string, ICollection<RowProblem>, IReadOnlyList<FileRow>> read, CancellationToken cancellationToken)
    {
        var rows = new List<FileRow>();
        var problems = new List<RowProblem>();
        foreach (var file in files)
        {
            var path = Path.GetFullPath(file, folder);
            var wrong = Directory.Exists(path) ? "is a folder; name files." : !File.Exists(path) ? "does not exist." : null;
            if (wrong is not null)
            {
                problems.Add(new RowProblem(file, 0, null, "", wrong));
                continue;
            }

            try
            {
                if (await BoundedText.ReadAsync(path, MaxBytes, cancellationToken) is { } text)
                {
                    rows.AddRange(read(text, file, problems));
                }
                else
                {
                    problems.Add(new RowProblem(file, 0, null, "", "is too large for a row file."));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problems.Add(new RowProblem(file, 0, null, "", $"cannot be read: {exception.Message}"));
            }
        }

        return new RowFiles(rows, problems);
    }

    /// <summary>Whether a source names a template that is neither among some nor in the files.</summary>
    public bool NamesOtherThan(TemplateCatalog templates)
    {
        var known = templates.Names.Concat(Rows.Where(row => row.Kind == RowKind.Template).Select(row => row.Row.Name)).ToHashSet(StringComparer.Ordinal);
        return Named().Any(name => !known.Contains(name));
    }

    /// <summary>Whether a source names one of some templates.</summary>
    public bool NamesOneOf(IReadOnlySet<string> templates) => Named().Any(templates.Contains);

    /// <summary>Checks the rows without asking storage; a destination that is in none of the files is a note then.</summary>
    public DesiredRows Check(TemplateCatalog templates) => DesiredRows.Check(Rows, templates, Problems, existing: null);

    // The templates that sources name.
    private IEnumerable<string> Named() => Rows.Where(row => row.Kind == RowKind.Source).Select(row => row.Row[SourceColumns.Template]).OfType<string>();
}
