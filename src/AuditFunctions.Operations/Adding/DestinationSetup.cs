using System.Text.RegularExpressions;

namespace AuditFunctions.Operations.Adding;

/// <summary>What to set up on the other side for a kind of destination: the paragraph of its page in <c>docs/destinations</c>, so that it is said once.</summary>
public static partial class DestinationSetup
{
    private const string Start = "**Set up**:";

    /// <summary>In one line, without markup; null when the page says nothing.</summary>
    public static string? Of(string type)
    {
        using var stream = typeof(DestinationSetup).Assembly.GetManifestResourceStream($"destinations/{type}.md");
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        var at = text.IndexOf(Start, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var paragraph = text[(at + Start.Length)..].Split("\n\n", 2)[0].ReplaceLineEndings(" ").Trim();
        paragraph = Link().Replace(paragraph, "${text}").Replace("*", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);
        return paragraph.Length == 0 ? null : char.ToUpperInvariant(paragraph[0]) + paragraph[1..];
    }

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\([^)]*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
