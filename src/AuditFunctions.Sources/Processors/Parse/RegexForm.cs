using System.Text.RegularExpressions;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Parse;

/// <summary>What the named groups of an expression took; a group that took nothing is left out.</summary>
internal sealed class RegexForm(Regex expression) : ITextForm
{
    private readonly string[] _groups = NamesOf(expression);

    /// <summary>The named groups of an expression.</summary>
    public static string[] NamesOf(Regex expression) => [.. expression.GetGroupNames().Where(name => !char.IsAsciiDigit(name[0]))];

    /// <inheritdoc/>
    public string? Write(string text, PooledBytes into)
    {
        var match = expression.Match(text);
        if (!match.Success)
        {
            return "the text does not fit the expression";
        }

        into.Write("{"u8);
        var count = 0;
        foreach (var name in _groups)
        {
            if (match.Groups[name] is { Success: true } group)
            {
                into.Write(count++ > 0 ? ","u8 : ""u8);
                into.WriteText(name);
                into.Write(":"u8);
                into.WriteText(group.ValueSpan);
            }
        }

        into.Write("}"u8);
        return null;
    }
}
