using AuditFunctions.Configuration.Rows;
using AuditFunctions.Hosting;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Operations.Adding;

/// <summary>A row file, which need not exist yet.</summary>
public sealed class FilePlace : IRowPlace
{
    private readonly string _folder;
    private readonly string _path;
    private readonly string _file;
    private readonly string _text;
    private readonly RowFiles _rows;

    private FilePlace(string folder, string file, string text, RowFiles rows)
    {
        (_folder, _path, _file, _text, _rows) = (folder, Path.GetFullPath(file, folder), file, text, rows);
        Templates = new TemplateCatalog().With(rows.Rows.Where(row => row.Kind == RowKind.Template).Select(row => row.Row));
    }

    /// <inheritdoc/>
    public string Title => $"'{_file}'";

    /// <inheritdoc/>
    public TemplateCatalog Templates { get; }

    /// <summary>Reads what is there.</summary>
    /// <param name="folder">What the name is relative to.</param>
    /// <param name="file">The file's name, as it was given.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">The file is there and is no row file.</exception>
    public static async Task<FilePlace> OpenAsync(string folder, string file, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(file, folder);
        if (!Path.Exists(path))
        {
            return new FilePlace(folder, file, "", new RowFiles([], []));
        }

        var rows = await RowFiles.ReadAsync([file], folder, cancellationToken);
        return rows.Problems.Count == 0
            ? new FilePlace(folder, file, await File.ReadAllTextAsync(path, cancellationToken), rows)
            : throw new OperationException(string.Join(Environment.NewLine, rows.Problems));
    }

    /// <inheritdoc/>
    public IReadOnlySet<string> Names(RowKind kind) => _rows.Rows.Where(row => row.Kind == kind).Select(row => row.Row.Name).ToHashSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public DesiredRows Check(FileRow row) => DesiredRows.Check([row], Templates, [], existing: null);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RowProblem>> AddAsync(FileRow row, CancellationToken cancellationToken)
    {
        // A dialogue takes minutes: what somebody has written into the file meanwhile stays.
        var now = await OpenAsync(_folder, _file, cancellationToken);
        if (now.Names(row.Kind).Contains(row.Row.Name))
        {
            return [new RowProblem(_file, 0, row, "name", "stands in the file by now; give the row another one.")];
        }

        var text = RowFileEdit.Insert(now._text, _file, row.Kind, row.Row);
        try
        {
            // Beside it first: a full disk must not cost the rows that are there.
            await File.WriteAllTextAsync(_path + ".new", text, cancellationToken);
            File.Move(_path + ".new", _path, overwrite: true);
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperationException($"The file '{_file}' cannot be written: {exception.Message}");
        }
    }
}
