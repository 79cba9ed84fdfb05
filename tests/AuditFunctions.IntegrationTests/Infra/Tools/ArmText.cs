using System.Globalization;
using System.Text.RegularExpressions;

namespace AuditFunctions.Tests.Infra.Tools;

/// <summary>
/// Finishes what a snapshot leaves open because it depends on the cloud: the suffixes of its addresses, and what is formatted with them.
/// What Azure alone knows stays an expression in square brackets.
/// </summary>
internal static partial class ArmText
{
    public static string Evaluate(string value)
    {
        if (!value.StartsWith('['))
        {
            return value;
        }

        var text = value.Replace("environment().suffixes.storage", "'core.windows.net'", StringComparison.Ordinal)
            .Replace("environment().suffixes.keyvaultDns", "'.vault.azure.net'", StringComparison.Ordinal);
        for (var before = ""; before != text;)
        {
            before = text;
            text = Call().Replace(text, match =>
                $"'{Result(match.Groups["function"].Value, [.. match.Groups["argument"].Captures.Select(found => found.Value)])}'");
        }

        return text.StartsWith("['", StringComparison.Ordinal) && text.Count(sign => sign == '\'') == 2 ? text[2..^2] : text;
    }

    private static string Result(string function, string[] arguments) => function == "format"
        ? string.Format(CultureInfo.InvariantCulture, arguments[0], [.. arguments[1..]])
        : arguments[0].Replace(arguments[1], arguments[2], StringComparison.Ordinal);

    [GeneratedRegex(@"(?<function>format|replace)\('(?<argument>[^']*)'(?:, '(?<argument>[^']*)')+\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call();
}
