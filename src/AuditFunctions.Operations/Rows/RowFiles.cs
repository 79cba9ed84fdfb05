using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Operations.Rows;

/// <summary>What row files hold.</summary>
/// <param name="Rows">Their rows, in order.</param>
/// <param name="Problems">What is wrong with the files themselves; their rows are not checked yet.</param>
public sealed record RowFiles(IReadOnlyList<FileRow> Rows, IReadOnlyList<RowProblem> Problems)
{
    // A row file is typed by a person; whatever is larger is something else.
    private const long MaxBytes = 16 * 1024 * 1024;

    /// <summary>Reads files.</summary>
    /// <param name="files">Their names.</param>
    /// <param name="folder">The folder to which the names are relative.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<RowFiles> ReadAsync(IEnumerable<string> files, string folder, CancellationToken cancellationToken)
    {
        var rows = new List<FileRow>();
        var problems = new List<RowProblem>();
        foreach (var file in files)
        {
            var path = Path.GetFullPath(file, folder);
            var wrong = Directory.Exists(path) ? "is a folder; name files."
                : !File.Exists(path) ? "does not exist."
                : new FileInfo(path).Length > MaxBytes ? "is too large for a row file."
                : null;
            if (wrong is not null)
            {
                problems.Add(new RowProblem(file, 0, null, "", wrong));
                continue;
            }

            try
            {
                rows.AddRange(RowFile.Read(await File.ReadAllTextAsync(path, cancellationToken), file, problems));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problems.Add(new RowProblem(file, 0, null, "", $"cannot be read: {exception.Message}"));
            }
        }

        return new RowFiles(rows, problems);
    }

    /// <summary>Checks the rows without asking storage; a destination that is in none of the files is a note then.</summary>
    public DesiredRows Check(DefinitionReader reader) => DesiredRows.Check(Rows, reader, Problems, existing: null);
}
