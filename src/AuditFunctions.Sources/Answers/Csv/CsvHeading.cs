using nietras.SeparatedValues;

namespace AuditFunctions.Sources.Answers.Csv;

/// <summary>
/// The row that names the columns. It may come again: files that are put together, such as the members of a gzip file, bring one each. Taken for an event, it
/// would be sent on.
/// </summary>
internal sealed class CsvHeading
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private readonly int _columns;

    /// <summary>Notes the row's texts.</summary>
    public CsvHeading(string[] texts)
    {
        _columns = texts.Length;
        _names = new HashSet<string>(texts.Select(Plain), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>
    /// Whether a row is the heading again, be it in another order: all its values are names of columns, and all names are there. Of a table with one column that
    /// is not said.
    /// </summary>
    public bool IsAgain(SepReader.Row row)
    {
        if (row.ColCount != _columns || _columns == 1 || !_names.Contains(Plain(row[0].Span)))
        {
            return false;
        }

        var found = new HashSet<string>(_columns, StringComparer.Ordinal);
        for (var column = 0; column < _columns; column++)
        {
            var text = Plain(row[column].Span);
            if (!_names.Contains(text))
            {
                return false;
            }

            found.Add(text.ToString());
        }

        return found.Count == _names.Set.Count;
    }

    private static string Plain(string text) => text.TrimStart('\uFEFF');

    private static ReadOnlySpan<char> Plain(ReadOnlySpan<char> text) => text.TrimStart('\uFEFF');
}
