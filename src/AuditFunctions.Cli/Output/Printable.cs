namespace AuditFunctions.Cli.Output;

/// <summary>Text from rows, vendors and SIEMs on its way to a terminal: what would steer the terminal is replaced.</summary>
internal static class Printable
{
    /// <summary>The text, with control characters but line breaks and tabs replaced.</summary>
    public static string Of(string text) => text.Any(IsUnsafe) ? string.Concat(text.Select(c => IsUnsafe(c) ? '\uFFFD' : c)) : text;

    private static bool IsUnsafe(char c) => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';
}
