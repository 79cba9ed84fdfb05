using System.Text.RegularExpressions;

namespace AuditFunctions.Tests.Crashes;

/// <summary>Makes calls of different runs comparable.</summary>
internal static partial class Ids
{
    /// <summary>Long ids by their first digits, and without the account and the run's prefix.</summary>
    public static string Shorten(string text) => Long().Replace(Own().Replace(text, ""), match => match.Value[..6] + "…");

    [GeneratedRegex("[0-9a-f]{8}(-?[0-9a-f]{4,})+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Long();

    [GeneratedRegex("devstoreaccount1/|\\be\\d+x\\d+-?", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Own();
}
