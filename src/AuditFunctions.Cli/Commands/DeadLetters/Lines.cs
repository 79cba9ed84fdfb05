using AuditFunctions.Configuration;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary>Text of others on its way into one line.</summary>
internal static class Lines
{
    /// <summary>The text with its line breaks and tabs as spaces, cut where it is too long.</summary>
    public static string One(string text, int most) =>
        SafeText.Shortened(text, most).ReplaceLineEndings(" ").Replace('\t', ' ').Replace('\r', ' ').Replace('\n', ' ');
}
