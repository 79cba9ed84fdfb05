using System.Globalization;

namespace AuditFunctions.Sources.Answers.Csv;

/// <summary>
/// Looks at the rows of separated values before they are read: a reader holds a row with all its columns, and one row may be the whole answer. Rows and quotes are
/// found as the reader finds them.
/// </summary>
internal static class CsvRows
{
    /// <summary>The longest row, in bytes.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>What is too much in them; null for nothing.</summary>
    /// <param name="answer">The values in UTF-8.</param>
    /// <param name="delimiter">Stands between two columns.</param>
    /// <param name="bounds">Ends the looking.</param>
    public static string? TooMuchIn(ReadOnlySpan<byte> answer, byte delimiter, ShapeBounds bounds)
    {
        var start = 0;
        for (var at = 0; ;)
        {
            bounds.Step(0);
            var found = answer[at..].IndexOfAny((byte)'"', (byte)'\n', (byte)'\r');
            var isOpen = found >= 0 && answer[at + found] == '"';
            var close = isOpen ? answer[(at + found + 1)..].IndexOf((byte)'"') : 0;
            if (found < 0 || close < 0)
            {
                return WhatIsWrong(answer[start..], delimiter);
            }

            at += found + close + (isOpen ? 2 : 0);
            if (!isOpen)
            {
                if (WhatIsWrong(answer[start..at], delimiter) is { } wrong)
                {
                    return wrong;
                }

                start = ++at;
            }
        }
    }

    // Hardly any row is long enough to be counted.
    private static string? WhatIsWrong(ReadOnlySpan<byte> row, byte delimiter) =>
        row.Length < ShapeBounds.MostColumns ? null
        : row.Length > MostBytes ? $"a row of it has more than {MostBytes >> 20} MB"
        : row.Count(delimiter) >= ShapeBounds.MostColumns && ColumnsOf(row, delimiter) is > ShapeBounds.MostColumns and var columns
            ? string.Create(CultureInfo.InvariantCulture, $"a row of it has {columns:N0} columns, more than {ShapeBounds.MostColumns:N0}")
        : null;

    private static int ColumnsOf(ReadOnlySpan<byte> row, byte delimiter)
    {
        var (columns, isQuoted) = (1, false);
        foreach (var one in row)
        {
            isQuoted ^= one == '"';
            columns += one == delimiter && !isQuoted ? 1 : 0;
        }

        return columns;
    }
}
