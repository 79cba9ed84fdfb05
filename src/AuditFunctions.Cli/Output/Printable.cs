using AuditFunctions.Configuration;

namespace AuditFunctions.Cli.Output;

/// <summary>Text from rows, vendors and SIEMs on its way to a terminal: what would steer the terminal is written out.</summary>
internal static class Printable
{
    /// <summary>The text, with control characters but line breaks and tabs written out.</summary>
    public static string Of(string text) => SafeText.Lines(text);
}
