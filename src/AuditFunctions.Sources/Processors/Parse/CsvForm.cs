using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Parse;

/// <summary>One line of values; a value in quotes may hold the separator, and two quotes for one.</summary>
internal sealed class CsvForm(IReadOnlyList<string> columns, char separator) : ITextForm
{
    /// <inheritdoc/>
    public string? Write(string text, PooledBytes into)
    {
        into.Write("{"u8);
        var column = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (column == columns.Count)
            {
                return $"the line has more values than the {columns.Count} columns";
            }

            into.Write(column > 0 ? ","u8 : ""u8);
            into.WriteText(columns[column++]);
            into.Write(":"u8);
            into.WriteText(Value(text, ref at));
        }

        into.Write("}"u8);
        return column == columns.Count ? null : $"the line has fewer values than the {columns.Count} columns";
    }

    private string Value(string text, ref int at)
    {
        if (at == text.Length || text[at] != '"')
        {
            var next = text.IndexOf(separator, at);
            var start = at;
            at = next < 0 ? text.Length : next;
            return text[start..at];
        }

        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                if (at + 1 == text.Length || text[at + 1] != '"')
                {
                    at++;
                    break;
                }

                at++;
            }

            value.Append(text[at]);
        }

        // What stands behind the closing quote belongs to the value.
        while (at < text.Length && text[at] != separator)
        {
            value.Append(text[at++]);
        }

        return value.ToString();
    }
}
