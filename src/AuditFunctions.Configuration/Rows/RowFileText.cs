using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuditFunctions.Configuration.Rows;

/// <summary>Writes rows as a row file that <see cref="RowFile"/> reads as the same rows.</summary>
public static class RowFileText
{
    // Inside double quotes YAML knows every escape that JSON writes.
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's text. Rows and columns come in the order of their names, so that two files of the same rows are equal.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="destinations">The destinations.</param>
    /// <param name="templates">The templates, whole.</param>
    public static string Write(IEnumerable<TableRow> sources, IEnumerable<TableRow> destinations, IReadOnlyCollection<SettingMap> templates)
    {
        var text = new StringBuilder();
        WriteList(text, "sources", sources);
        WriteList(text, "destinations", destinations);
        if (templates.Count > 0)
        {
            text.Append("templates:\n");
            WriteNode(text, new SettingList(0, [.. templates]), "  ");
        }

        return text.ToString();
    }

    // A map or a list that is not empty, each entry on lines of its own.
    private static void WriteNode(StringBuilder text, SettingNode node, string indent)
    {
        switch (node)
        {
            case SettingMap map:
                foreach (var (key, value) in map.Entries)
                {
                    text.Append(indent).Append(IsPlain(key) ? key : Quoted(key)).Append(':');
                    WriteValue(text, value, indent);
                }

                break;
            case SettingList list:
                foreach (var item in list.Items)
                {
                    text.Append(indent).Append('-');
                    WriteValue(text, item, indent);
                }

                break;
        }
    }

    private static void WriteValue(StringBuilder text, SettingNode value, string indent)
    {
        switch (value)
        {
            case SettingText scalar:
                text.Append(' ').Append(scalar is { Plain: true, IsNull: false } && IsPlain(scalar.Value) ? scalar.Value : SettingJson.Write(scalar)).Append('\n');
                break;
            case SettingMap { Entries.Count: 0 }:
                text.Append(" {}\n");
                break;
            case SettingList { Items.Count: 0 }:
                text.Append(" []\n");
                break;
            default:
                text.Append('\n');
                WriteNode(text, value, indent + "  ");
                break;
        }
    }

    private static void WriteList(StringBuilder text, string key, IEnumerable<TableRow> rows)
    {
        TableRow[] ordered = [.. rows.OrderBy(row => row.Name, StringComparer.Ordinal)];
        text.Append(key).Append(':').Append(ordered.Length == 0 ? " []\n" : "\n");
        foreach (var row in ordered)
        {
            text.Append("  - name: ");
            WriteText(text, row.Name);
            foreach (var (column, value) in row.Columns.OrderBy(column => column.Key, StringComparer.OrdinalIgnoreCase))
            {
                text.Append("    ");
                WriteKey(text, column);
                WriteText(text, value);
            }
        }
    }

    private static void WriteKey(StringBuilder text, string column) =>
        text.Append(IsPlain(column) ? column : Quoted(column)).Append(": ");

    private static void WriteText(StringBuilder text, string value)
    {
        if (IsPlain(value))
        {
            text.Append(value).Append('\n');
        }
        else if (IsBlock(value))
        {
            // One line break at the end is kept by '|', none by '|-'.
            text.Append(value.EndsWith('\n') ? "|\n" : "|-\n");
            foreach (var line in value.TrimEnd('\n').Split('\n'))
            {
                text.Append(line.Length == 0 ? "" : "      ").Append(line).Append('\n');
            }
        }
        else
        {
            text.Append(Quoted(value)).Append('\n');
        }
    }

    private static string Quoted(string value) => JsonSerializer.Serialize(value, Quoting);

    // Far fewer than YAML allows without quotes, but never one that it takes for something else. Column names are words.
    private static bool IsPlain(string value) =>
        value.Length > 0 && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1])
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '+')
        && !value.Equals("null", StringComparison.OrdinalIgnoreCase);

    private static bool IsBlock(string value) =>
        value.Contains('\n', StringComparison.Ordinal) && char.IsAsciiLetterOrDigit(value[0]) && !value.EndsWith("\n\n", StringComparison.Ordinal)
        && value.All(c => c is '\n' or (>= ' ' and <= '~')) && !value.Contains(" \n", StringComparison.Ordinal) && value[^1] != ' ';
}
