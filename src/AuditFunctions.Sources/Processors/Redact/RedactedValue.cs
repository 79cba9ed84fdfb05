using System.Globalization;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Redact;

/// <summary>What is written in the place of something that must not be read.</summary>
/// <param name="Text">The replacement.</param>
/// <param name="KeepLast">How many characters at the end stay; 0 for none.</param>
internal sealed record RedactedValue(string Text, int KeepLast)
{
    /// <summary>Whether there is nothing to hide.</summary>
    public static bool SaysNothing(JsonSlice slice) => slice is { Kind: JsonKind.Null } or { Kind: JsonKind.String, Length: 0 };

    /// <summary>The replacement of a text. Of one that is shorter than twice what may stay, nothing stays.</summary>
    public string Of(ReadOnlySpan<char> text)
    {
        if (KeepLast == 0)
        {
            return Text;
        }

        var elements = StringInfo.ParseCombiningCharacters(text.ToString());
        return elements.Length >= 2 * KeepLast ? string.Concat(Text, text[elements[^KeepLast]..]) : Text;
    }
}
