using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Operations.DeadLetters;

/// <summary>
/// Comma-separated values as RFC 4180 has them, with headings. What a spreadsheet would take for a formula gets an apostrophe in front: events are other
/// people's text. That is also what stands behind a semicolon, a tab or a line break, where a spreadsheet of another language begins a cell, quotes or not.
/// </summary>
internal sealed class CsvExport : ILetterExport
{
    private const string Formula = "=+-@|＝＋－＠";

    /// <inheritdoc/>
    public byte[] Heading => Row(LetterFields.Names.Append("event"));

    /// <inheritdoc/>
    public byte[] Line(DeadLetter letter, DeadLetterEvent auditEvent) => Line(letter, auditEvent, auditEvent.Bytes.Span);

    /// <inheritdoc/>
    public byte[] Line(DeadLetter letter, byte[] whole) => Line(letter, null, whole);

    private static byte[] Line(DeadLetter letter, DeadLetterEvent? auditEvent, ReadOnlySpan<byte> content) =>
        Row(LetterFields.Of(letter, auditEvent).Select(field => field.Value).Append(Encoding.UTF8.GetString(content)));

    private static byte[] Row(IEnumerable<string?> cells) => Encoding.UTF8.GetBytes(string.Join(',', cells.Select(Cell)) + "\r\n");

    private static string Cell(string? value)
    {
        // Line breaks stay as they are: a quoted cell may have lines.
        var text = string.Join("\r\n", (value ?? "").Split("\r\n").Select(SafeText.Lines));
        var safe = new StringBuilder(text.Length + 16);
        var mayBegin = true;
        foreach (var letter in text)
        {
            // A tab or line break at the very start is taken off by some, and what stands behind it is the formula.
            if (mayBegin && (Formula.Contains(letter, StringComparison.Ordinal) || (safe.Length == 0 && letter is '\t' or '\r' or '\n')))
            {
                safe.Append('\'');
            }

            safe.Append(letter);
            mayBegin = letter is ';' or '\t' or '\r' or '\n' || (mayBegin && letter is ' ' or '"');
        }

        text = safe.ToString();
        return text.AsSpan().ContainsAny("\",\r\n") ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
    }
}
