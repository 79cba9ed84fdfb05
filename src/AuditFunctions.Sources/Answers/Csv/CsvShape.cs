using System.Globalization;
using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using nietras.SeparatedValues;

namespace AuditFunctions.Sources.Answers.Csv;

/// <summary>
/// Separated values (RFC 4180, line breaks in quotes included): each row becomes an object of texts, with the names of the first row. Rows before and after
/// the table are what paging and stops look at: lists of texts.
/// </summary>
internal sealed class CsvShape : IAnswerShape
{
    private const int MostOthers = 10_000;
    private const int MostOtherColumns = 100_000;

    private readonly char _delimiter;
    private readonly string? _begin;
    private readonly string? _end;
    private readonly string? _header;
    private readonly IReadOnlyList<string> _columns;
    private readonly string[] _needed;
    private readonly bool _isOptional;

    private CsvShape(SettingReader events, string[] needed)
    {
        _needed = needed;
        _isOptional = events.Flag("optional") ?? false;
        (_begin, _end, _header, _columns) = (events.Text("begin"), events.Text("end"), events.Text("header"), events.Texts("columns"));
        if (_header is not null && (_begin is not null || _columns.Count > 0))
        {
            events.Problems.Add(events.At("header"), "says which row names the columns: leave out 'begin' and 'columns'.");
        }

        var text = events.Text("delimiter");
        _delimiter = text switch
        {
            null => ',',
            "tab" => '\t',
            [var one] when !char.IsLetterOrDigit(one) && one is not ('"' or '\r' or '\n' or ' ') && char.IsAscii(one) => one,
            _ => ',',
        };
        if (text is not (null or "tab") && text != _delimiter.ToString())
        {
            events.Problems.Add(events.At("delimiter"), $"is '{text}'; allowed: one character such as ',', ';' or '|', or the word tab.");
        }
    }

    /// <summary>Reads the keys.</summary>
    /// <param name="events">The map.</param>
    /// <param name="needed">Columns that must be there: an answer without them is something else.</param>
    public static CsvShape Read(SettingReader events, string[] needed) => new(events, needed);

    /// <inheritdoc/>
    public bool IsOfFiles => true;

    /// <inheritdoc/>
    public string? Convert(ReadOnlyMemory<byte> answer, PooledBytes into, ShapeBounds bounds)
    {
        using var writer = ShapedPage.Writer(into);
        writer.WriteStartObject();
        writer.WriteStartArray(ShapedPage.Events);
        var others = new OtherRows();
        var start = 0;
        foreach (var end in bounds.Files.Append(answer.Length))
        {
            var file = answer[start..end];
            start = end;

            // An empty file beside others is a stretch of time without events.
            if ((bounds.Files.Count == 0 || !file.Span.Trim("\uFEFF \t\r\n"u8).IsEmpty) && ReadTable(file, writer, others, bounds) is { } wrong)
            {
                return wrong;
            }
        }

        writer.WriteEndArray();
        Finish(writer, others);
        return null;
    }

    // One file: where there are several, each has its heading, its begin and its end.
    private string? ReadTable(ReadOnlyMemory<byte> answer, Utf8JsonWriter writer, OtherRows others, ShapeBounds bounds)
    {
        var fault = CsvQuotes.Mend(ref answer, (byte)_delimiter, bounds);
        if ((CsvRows.TooMuchIn(answer.Span, (byte)_delimiter, bounds) ?? fault) is { } unreadable)
        {
            return unreadable;
        }

        using var stream = bounds.Read(answer);
        using var rows = Sep.New(_delimiter)
            .Reader(options => options with { HasHeader = false, Unescape = true, DisableColCountCheck = true })
            .From(stream);
        var (names, isOpen, isOver) = (Given(), _begin is null && _header is null, false);
        var (isFirst, last) = (true, 0);
        CsvHeading? heading = null;
        foreach (var row in rows)
        {
            bounds.Step(writer);
            if (row.ColCount == 0 || (row.ColCount == 1 && row[0].Span.Trim().IsEmpty))
            {
                continue;
            }

            var first = row[0].Span.Trim();
            isOpen = isOpen || (_header is not null && first.SequenceEqual(_header));
            if (!isOpen || isOver)
            {
                if (!isOpen && _begin is not null && first.SequenceEqual(_begin))
                {
                    isOpen = true;
                }
                else if (others.Texts.Count == MostOthers || (others.Columns += row.ColCount) > MostOtherColumns)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"more than {MostOthers:N0} rows of it, or {MostOtherColumns:N0} values in them, stand outside of the table");
                }
                else
                {
                    others.Texts.Add(TextsOf(row));
                }
            }
            else if (_end is not null && first.SequenceEqual(_end))
            {
                isOver = true;
            }
            else if (names is null || heading?.IsAgain(row) == true)
            {
                names = NamesOf(row);
                heading = new CsvHeading(TextsOf(row));
                if (_needed.FirstOrDefault(name => !names.Contains(name)) is { } missing)
                {
                    return $"its first row names no column '{missing}'";
                }
            }
            else
            {
                last = row.ColCount;
                if (isFirst && Beyond(names, last) is { } beyond)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"its first row ends before column '{beyond}', with {last} of {names.Count}; check 'events.delimiter'");
                }

                isFirst = false;
                Write(writer, row, names);
            }
        }

        return WhatLacks(isOpen, isOver, IsCutOff(answer.Span, last, names))
            ?? (names is not null || _begin is not null ? null
                : _header is null ? "it has no row that names columns" : $"none of its rows begins with '{_header}', as the one that names the columns");
    }

    private string? Beyond(ColumnNames names, int columns) => _needed.FirstOrDefault(name => names.IndexOf(name) >= columns);

    // A row that has values before its end is reached by nothing but a break in the answer.
    private static bool IsCutOff(ReadOnlySpan<byte> answer, int last, ColumnNames? names) =>
        last > 0 && last < names?.Count && answer[^1] is not ((byte)'\n' or (byte)'\r');

    private string? WhatLacks(bool isOpen, bool isOver, bool isCutOff) =>
        !isOpen && _begin is not null && !_isOptional ? $"none of its rows begins with '{_begin}', behind which the table stands"
        : isOpen && !isOver && _end is not null ? $"its table does not end with a row that begins with '{_end}': the answer is not whole"
        : isCutOff ? "its last row has no line break and fewer values than there are columns: the answer is not whole"
        : null;

    // The names that the template gives; null when the first row has them.
    private ColumnNames? Given()
    {
        if (_columns.Count == 0)
        {
            return null;
        }

        var names = new ColumnNames();
        foreach (var name in _columns)
        {
            names.Add(name);
        }

        return names;
    }

    private static void Finish(Utf8JsonWriter writer, OtherRows others)
    {
        writer.WriteStartObject(ShapedPage.Page);
        writer.WriteStartArray("rows");
        foreach (var texts in others.Texts)
        {
            writer.WriteStartArray();
            foreach (var text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SepReader.Row row, ColumnNames names)
    {
        writer.WriteStartObject();
        for (var column = 0; column < row.ColCount; column++)
        {
            writer.WritePropertyName(names[column]);
            ShapedPage.Write(writer, row[column].Span);
        }

        writer.WriteEndObject();
    }

    private static ColumnNames NamesOf(SepReader.Row row)
    {
        var names = new ColumnNames();
        for (var column = 0; column < row.ColCount; column++)
        {
            names.Add(row[column].ToString().TrimStart('\uFEFF'));
        }

        return names;
    }

    private static string[] TextsOf(SepReader.Row row)
    {
        var texts = new string[row.ColCount];
        for (var column = 0; column < texts.Length; column++)
        {
            texts[column] = row[column].ToString();
        }

        return texts;
    }

    // Outside of the table.
    private sealed class OtherRows
    {
        public List<string[]> Texts { get; } = [];

        public int Columns { get; set; }
    }
}
