using System.Text.RegularExpressions;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Hosting;

namespace AuditFunctions.Operations.Adding;

/// <summary>Adds a row to the text of a row file and leaves everything else there as it is, comments included.</summary>
public static partial class RowFileEdit
{
    private const string Indent = "  ";

    /// <summary>A row file with this row alone.</summary>
    public static string Alone(RowKind kind, TableRow row) => $"{KeyOf(kind)}:\n{string.Join('\n', BlockOf(kind, row))}\n";

    /// <summary>The text with the row at the end of its list.</summary>
    /// <param name="text">The file's text; may be empty.</param>
    /// <param name="file">Its name, for the message.</param>
    /// <param name="kind">What the row describes.</param>
    /// <param name="row">The row.</param>
    /// <exception cref="OperationException">The file is written in a way that a row cannot be added to by its lines.</exception>
    public static string Insert(string text, string file, RowKind kind, TableRow row)
    {
        var changed = Changed(text, kind, row);
        var (was, problems) = (RowFile.Read(text.Trim().Length == 0 ? "{}" : text, file, []), new List<RowProblem>());
        var now = RowFile.Read(changed, file, problems);
        var isWhole = problems.Count == 0 && now.Count == was.Count + 1 && was.All(before => now.Any(after => Same(after, before)));
        return isWhole
            ? changed
            : throw new OperationException($"The row cannot be added to '{file}' as that file is written. Correct it ('auditfn validate {file}'), give another file, or paste the row:\n{Alone(kind, row)}");
    }

    private static string Changed(string text, RowKind kind, TableRow row)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').ToList();
        var block = BlockOf(kind, row);
        var at = lines.FindIndex(line => line.StartsWith(KeyOf(kind) + ":", StringComparison.Ordinal));
        if (at < 0)
        {
            return $"{(lines is [""] ? "" : string.Join('\n', lines) + "\n")}{Alone(kind, row)}";
        }

        lines[at] = EmptyList().Replace(lines[at], "${key}");
        var end = lines.FindIndex(at + 1, line => line.Length > 0 && line[0] is not (' ' or '#' or '-'));
        end = end < 0 ? lines.Count : end;
        while (end > at + 1 && (lines[end - 1].Trim().Length == 0 || lines[end - 1][0] == '#'))
        {
            end--;
        }

        // As deep as the rows that are there.
        var first = lines.Skip(at + 1).Take(end - at - 1).FirstOrDefault(line => line.TrimStart().StartsWith('-'));
        var indent = first is null ? Indent : first[..^first.TrimStart().Length];
        lines.InsertRange(end, block.Select(line => line.Length == 0 ? line : indent + line[Indent.Length..]));
        return string.Join('\n', lines) + "\n";
    }

    private static List<string> BlockOf(RowKind kind, TableRow row)
    {
        var text = kind == RowKind.Source ? RowFileText.Write([row], [], []) : RowFileText.Write([], [row], []);
        return [.. text.Split('\n').SkipWhile(line => line != $"{KeyOf(kind)}:").Skip(1).TakeWhile(line => line.Length == 0 || line[0] == ' ').SkipLast(kind == RowKind.Source ? 0 : 1)];
    }

    private static string KeyOf(RowKind kind) => kind.Word() + "s";

    private static bool Same(FileRow one, FileRow other) =>
        one.Kind == other.Kind && one.Row.Name == other.Row.Name && one.Row.Columns.Count == other.Row.Columns.Count
        && one.Row.Columns.All(column => other.Row[column.Key] == column.Value);

    [GeneratedRegex(@"^(?<key>\w+:)\s*\[\s*\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EmptyList();
}
