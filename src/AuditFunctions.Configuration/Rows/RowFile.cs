using System.Globalization;

namespace AuditFunctions.Configuration.Rows;

/// <summary>
/// Reads a row file: YAML with the lists <c>sources</c> and <c>destinations</c>, whose entries are a name and flat columns, and <c>templates</c>, whose
/// entries are whole templates. A list of texts becomes texts joined by commas; a nested <c>definition</c> becomes JSON text; nothing else nests.
/// </summary>
public static class RowFile
{
    /// <summary>Longest text of a column, in characters: what a table column holds.</summary>
    public const int MaxColumnLength = 32 * 1024;

    private const string Sources = "sources";
    private const string Destinations = "destinations";
    private const string Templates = "templates";

    // Table columns that hold something else.
    private static readonly string[] Reserved = ["PartitionKey", "RowKey", "Timestamp"];

    /// <summary>Reads a file's rows; what is wrong is added to <paramref name="problems"/>, and the rows that can be read are returned.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static IReadOnlyList<FileRow> Read(string text, string file, ICollection<RowProblem> problems)
    {
        var root = ReadYaml(text, file, problems);
        if (root is not SettingMap map)
        {
            if (root is not null)
            {
                problems.Add(new RowProblem(file, root.Line, null, "", $"must be a map with '{Sources}:' and '{Destinations}:'."));
            }

            return [];
        }

        var rows = new List<FileRow>();
        foreach (var (key, value) in map.Entries)
        {
            switch (key)
            {
                case Sources:
                    ReadList(value, file, key, RowKind.Source, rows, problems);
                    break;
                case Destinations:
                    ReadList(value, file, key, RowKind.Destination, rows, problems);
                    break;
                case Templates:
                    ReadList(value, file, key, RowKind.Template, rows, problems);
                    break;
                default:
                    problems.Add(new RowProblem(file, value.Line, null, key, $"is not known here; allowed: {Destinations}, {Sources}, {Templates}."));
                    break;
            }
        }

        return rows;
    }

    /// <summary>Reads a file that is a template and nothing else, as a row of table <c>Templates</c>.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>Null when it cannot be read.</returns>
    public static FileRow? ReadTemplate(string text, string file, ICollection<RowProblem> problems)
    {
        var root = ReadYaml(text, file, problems);
        if (root is SettingMap map)
        {
            return ReadTemplate(map, file, "", problems);
        }

        if (root is not null)
        {
            problems.Add(new RowProblem(file, root.Line, null, "", "must be a template: a map with 'name:' and 'request:'."));
        }

        return null;
    }

    private static void ReadList(SettingNode node, string file, string key, RowKind kind, List<FileRow> rows, ICollection<RowProblem> problems)
    {
        if (node is SettingText { IsNull: true })
        {
            return;
        }

        if (node is not SettingList list)
        {
            problems.Add(new RowProblem(file, node.Line, null, key, "must be a list of rows, each starting with '- name: …'."));
            return;
        }

        foreach (var item in list.Items)
        {
            if (item is not SettingMap entry)
            {
                problems.Add(new RowProblem(file, item.Line, null, key, "must be a list of rows, each a map of columns."));
            }
            else if ((kind == RowKind.Template ? ReadTemplate(entry, file, key, problems) : ReadRow(entry, file, key, kind, problems)) is { } row)
            {
                rows.Add(row);
            }
        }
    }

    private static SettingNode? ReadYaml(string text, string file, ICollection<RowProblem> problems)
    {
        var found = new Problems();
        var root = SettingYaml.Read(text, "", found);
        foreach (var problem in found.Found)
        {
            // The reader's place is ` line 3`, or nothing.
            _ = int.TryParse(problem.Where.AsSpan(problem.Where.LastIndexOf(' ') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line);
            problems.Add(new RowProblem(file, line, null, "", problem.What));
        }

        return root;
    }

    // Kept whole in one column, its name too.
    private static FileRow? ReadTemplate(SettingMap entry, string file, string key, ICollection<RowProblem> problems)
    {
        if (NameOf(entry, file, key, problems) is not { } name)
        {
            return null;
        }

        var columns = TableRow.NewColumns();
        var row = new FileRow(file, RowKind.Template, entry.Line, new TableRow(name, columns), entry);
        var text = SettingJson.Write(entry);
        if (text.Length > MaxColumnLength)
        {
            problems.Add(new RowProblem(file, entry.Line, row, "", $"is {text.Length} characters long as JSON; a column holds {MaxColumnLength}."));
        }

        columns[SourceColumns.Definition] = text;
        return row;
    }

    private static string? NameOf(SettingMap entry, string file, string key, ICollection<RowProblem> problems)
    {
        if (entry.Entries.FirstOrDefault(column => IsName(column.Key)).Value is SettingText { IsNull: false, Value: var text } && text.Trim() is { Length: > 0 } name)
        {
            return name;
        }

        problems.Add(new RowProblem(file, entry.Line, null, key, $"holds a row without a name; allowed: {ResourceName.Allowed}."));
        return null;
    }

    private static FileRow? ReadRow(SettingMap entry, string file, string key, RowKind kind, ICollection<RowProblem> problems)
    {
        if (NameOf(entry, file, key, problems) is not { } name)
        {
            return null;
        }

        var columns = TableRow.NewColumns();
        var row = new FileRow(file, kind, entry.Line, new TableRow(name, columns), entry);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (column, value) in entry.Entries)
        {
            var (content, wrong) = ReadColumn(column, value);
            wrong ??= !seen.Add(column) ? "stands twice; columns compare without case."
                : Reserved.Contains(column, StringComparer.OrdinalIgnoreCase) ? "is a column of the table itself; choose another name."
                : content?.Length > MaxColumnLength ? $"is {content.Length} characters long; a column holds {MaxColumnLength}."
                : null;
            if (wrong is not null)
            {
                problems.Add(new RowProblem(file, value.Line, row, column, wrong));
            }
            else if (!IsName(column) && !string.IsNullOrWhiteSpace(content))
            {
                columns[column] = content;
            }
        }

        return row;
    }

    private static (string? Content, string? Wrong) ReadColumn(string column, SettingNode value) => value switch
    {
        SettingText { IsNull: true } => (null, null),
        SettingText text => (text.Value, null),
        SettingMap map when column.Equals(SourceColumns.Definition, StringComparison.OrdinalIgnoreCase) => (SettingJson.Write(map), null),
        SettingMap when column.Equals(SourceColumns.Routes, StringComparison.OrdinalIgnoreCase) => (SettingJson.Write(value), null),
        SettingMap or SettingList { Items: [SettingMap, ..] } when column.Equals(SourceColumns.Processors, StringComparison.OrdinalIgnoreCase) => (SettingJson.Write(value), null),
        SettingList list when list.Items.All(item => item is SettingText { IsNull: false }) => (string.Join(',', list.Items.Cast<SettingText>().Select(item => item.Value)), null),
        _ => (null, $"must be a text or a list of texts; only '{SourceColumns.Definition}', '{SourceColumns.Processors}' and '{SourceColumns.Routes}' may hold more."),
    };

    private static bool IsName(string column) => column.Equals("name", StringComparison.OrdinalIgnoreCase);
}
