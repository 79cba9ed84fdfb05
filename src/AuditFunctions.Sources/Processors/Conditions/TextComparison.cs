using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Conditions;

/// <summary>How a text is compared with others.</summary>
internal enum TextMatch
{
    /// <summary>It is the same.</summary>
    Equal,

    /// <summary>It starts with it.</summary>
    Prefix,

    /// <summary>It ends with it.</summary>
    Suffix,

    /// <summary>It holds it.</summary>
    Contains,
}

/// <summary>A text, number or literal compared with texts, as they are spelt; one of them is enough. Objects and arrays are like none.</summary>
internal sealed class TextComparison(TextMatch match, IReadOnlyList<string> texts, bool ignoreCase) : IComparison
{
    private readonly byte[][] _utf8 = [.. texts.Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public bool Holds(ReadOnlySpan<byte> json, JsonSlice value)
    {
        if (value.Kind is JsonKind.Object or JsonKind.Array)
        {
            return false;
        }

        var raw = json.Slice(value.Start, value.Length);
        if (ignoreCase || raw.Contains((byte)'\\'))
        {
            return HoldsText(JsonText.Unescape(json, value));
        }

        // Without escapes a text is its bytes.
        foreach (var utf8 in _utf8)
        {
            if (match switch
            {
                TextMatch.Equal => raw.SequenceEqual(utf8),
                TextMatch.Prefix => raw.StartsWith(utf8),
                TextMatch.Suffix => raw.EndsWith(utf8),
                _ => raw.IndexOf(utf8) >= 0,
            })
            {
                return true;
            }
        }

        return false;
    }

    private bool HoldsText(string value)
    {
        var how = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        foreach (var text in texts)
        {
            if (match switch
            {
                TextMatch.Equal => value.Equals(text, how),
                TextMatch.Prefix => value.StartsWith(text, how),
                TextMatch.Suffix => value.EndsWith(text, how),
                _ => value.Contains(text, how),
            })
            {
                return true;
            }
        }

        return false;
    }
}
