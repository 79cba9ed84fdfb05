using System.Text;
using System.Text.RegularExpressions;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Conditions;

/// <summary>A text, number or literal that one of some expressions fits.</summary>
internal sealed class RegexComparison(IReadOnlyList<Regex> expressions) : IComparison
{
    /// <summary>Texts with <c>*</c> for any characters and <c>?</c> for one; the whole value must fit.</summary>
    public static RegexComparison OfGlobs(IEnumerable<string> globs, bool ignoreCase) => new([.. globs.Select(glob => RegexSetting.Of(PatternOf(glob), ignoreCase))]);

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> json, JsonSlice value)
    {
        if (value.Kind is JsonKind.Object or JsonKind.Array)
        {
            return false;
        }

        var text = JsonText.Unescape(json, value);
        foreach (var expression in expressions)
        {
            if (expression.IsMatch(text))
            {
                return true;
            }
        }

        return false;
    }

    private static string PatternOf(string glob)
    {
        var pattern = new StringBuilder(@"\A");
        foreach (var c in glob)
        {
            _ = c switch
            {
                '*' => pattern.Append(@"[\s\S]*"),
                '?' => pattern.Append(@"[\s\S]"),
                _ => pattern.Append(Regex.Escape(c.ToString())),
            };
        }

        return pattern.Append(@"\z").ToString();
    }
}
