using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Cli.Commands.Rows;

/// <summary>Row files on the command line.</summary>
internal static class RowFiles
{
    // A row file is typed by a person; whatever is larger is something else.
    private const long MaxBytes = 16 * 1024 * 1024;

    /// <summary>The argument that names them.</summary>
    public static Argument<string[]> Argument() =>
        new("FILE") { Description = "YAML files with the lists 'sources' and 'destinations'.", Arity = ArgumentArity.OneOrMore };

    /// <summary>Reads files; what is wrong with one is added to <paramref name="problems"/>.</summary>
    public static async Task<IReadOnlyList<FileRow>> ReadAsync(IEnumerable<string> files, string folder, ICollection<RowProblem> problems, CancellationToken cancellationToken)
    {
        var rows = new List<FileRow>();
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

        return rows;
    }

    /// <summary>Lists what is wrong, a line each.</summary>
    public static void Print(this Printer printer, IEnumerable<RowProblem> problems, string prefix = "")
    {
        foreach (var problem in problems)
        {
            printer.Note(prefix + problem);
        }
    }
}
