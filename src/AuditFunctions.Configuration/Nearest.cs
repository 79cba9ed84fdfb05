namespace AuditFunctions.Configuration;

/// <summary>Finds the word that somebody probably meant.</summary>
public static class Nearest
{
    // What is longer is no word that somebody mistyped, and would take long to compare.
    private const int LongestWord = 100;

    /// <summary>The known word with the fewest letters to change, add, remove or swap; null when that would be more than a third of them.</summary>
    public static string? Of(string word, IEnumerable<string> known)
    {
        if (word.Length > LongestWord)
        {
            return null;
        }

        var (nearest, distance) = known.Select(candidate => (candidate, EditDistance.Between(word, candidate))).DefaultIfEmpty(("", int.MaxValue)).MinBy(pair => pair.Item2);
        return distance <= Math.Max(1, Math.Max(word.Length, nearest.Length) / 3) ? nearest : null;
    }

    /// <summary><c> Did you mean 'x'?</c>, with its blank; nothing when nothing is near.</summary>
    public static string Question(string word, IEnumerable<string> known) => Of(word, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
}
