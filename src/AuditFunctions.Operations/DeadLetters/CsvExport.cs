using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Operations.DeadLetters;

/// <summary>
/// Comma-separated values as RFC 4180 has them, with headings. What a spreadsheet would take for a formula gets an apostrophe in front: events are other
/// people's text.
/// </summary>
internal sealed class CsvExport : ILetterExport
{
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
        if (text.AsSpan().TrimStart(' ') is [var first, ..] && (first is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '|' or '＝' or '＋' or '－' or '＠'))
        {
            text = "'" + text;
        }

        return text.AsSpan().ContainsAny("\",\r\n") ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
    }
}
