using System.Globalization;
using System.Text;

namespace AuditFunctions.Configuration;

/// <summary>Text from outside on its way to a log, a terminal or a table: what would steer a terminal or break a line is written out.</summary>
public static class SafeText
{
    /// <summary>The text on one line: each control character, and each that turns the direction of writing, as <c>\u001B</c>.</summary>
    public static string OneLine(string text) => Escape(text, keepsLines: false);

    /// <summary>The same with line feeds and tabs as they are, for text that may have lines.</summary>
    public static string Lines(string text) => Escape(text.Replace("\r\n", "\n", StringComparison.Ordinal), keepsLines: true);

    /// <summary>The start of a text that is longer than so many characters, without half of a pair; else all of it.</summary>
    public static string Start(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>The same, and a sign that something is missing where it is.</summary>
    public static string Shortened(string text, int most) => text.Length <= most ? text : Start(text, most) + "…";

    private static string Escape(string text, bool keepsLines)
    {
        if (!text.Any(c => IsUnsafe(c, keepsLines)))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsUnsafe(c, keepsLines))
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
            else
            {
                safe.Append(c);
            }
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(char c, bool keepsLines) =>
        (char.IsControl(c) && !(keepsLines && c is '\n' or '\t'))
        || c is '\u061C' or '\u2028' or '\u2029' or (>= '\u200E' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u206F') or (>= '\uFFF9' and <= '\uFFFB');
}
