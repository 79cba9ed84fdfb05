using System.Text.RegularExpressions;
using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Settings;

/// <summary>Reads settings that are regular expressions: only such whose time grows with the text alone.</summary>
internal static class RegexSetting
{
    private const int LongestPattern = 1_000;

    /// <summary>
    /// Longest that a match may take, and all of an action's for one event. Far beyond what an expression takes that somebody means: whether a slow machine gets
    /// there must not decide what becomes of an event.
    /// </summary>
    public static TimeSpan MostTime { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The expression of a key; null when it is absent or wrong.</summary>
    public static Regex? Regex(this SettingReader reader, string key, bool ignoreCase)
    {
        if (reader.Text(key) is not { } text)
        {
            return null;
        }

        if (text.Length > LongestPattern)
        {
            reader.Problems.Add(reader.At(key), $"is {text.Length} characters long; allowed: {LongestPattern}.");
            return null;
        }

        try
        {
            return Of(text, ignoreCase);
        }
        catch (NotSupportedException)
        {
            reader.Problems.Add(reader.At(key), "uses what may take for ever on some texts: look-around, a reference back or an atomic group. Write it without.");
        }
        catch (ArgumentException exception)
        {
            reader.Problems.Add(reader.At(key), $"is not a regular expression: {exception.Message} In a definition, braces are doubled: \\d{{{{4}}}}.");
        }

        return null;
    }

    /// <summary>An expression that never goes back in its text. It may look far ahead all the same, at each of its matches.</summary>
    public static Regex Of(string pattern, bool ignoreCase = false) =>
        new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), MostTime);
}
