namespace AuditFunctions.Configuration;

/// <summary>Finds the names, of words with hyphens between, that somebody may have meant.</summary>
public static class NearNames
{
    private const int Most = 5;
    private const int LeastWord = 3;
    private static readonly char[] Between = ['-', '_', ' ', '.'];

    /// <summary>Those with a word of the text, then those with a word that is nearly one of its, then those that are alike as a whole; at most five.</summary>
    public static IReadOnlyList<string> Of(string text, IEnumerable<string> names)
    {
        var words = WordsOf(text);
        return
        [
            .. names
                .Select(name => (Name: name, Shared: words.Count(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)), Alike: AlikeIn(words, name), Distance: EditDistance.Between(text, name)))
                .Where(name => name.Shared > 0 || name.Alike > 0 || name.Distance <= Math.Max(2, text.Length / 4))
                .OrderByDescending(name => name.Shared).ThenByDescending(name => name.Alike).ThenBy(name => name.Distance).ThenBy(name => name.Name, StringComparer.Ordinal)
                .Take(Most).Select(name => name.Name),
        ];
    }

    private static int AlikeIn(string[] words, string name)
    {
        var own = WordsOf(name);
        return words.Count(word => Array.Exists(own, other => EditDistance.Between(word, other) <= Math.Max(1, word.Length / 4)));
    }

    private static string[] WordsOf(string text) => [.. text.Split(Between, StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length >= LeastWord)];
}
