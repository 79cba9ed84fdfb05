namespace AuditFunctions.Tests.Docs;

/// <summary>Pages that a test writes from what the code says: with the variable WRITE_DOCS set, it writes them first.</summary>
internal static class GeneratedPages
{
    /// <summary>Checks that a folder holds these pages, and no others.</summary>
    /// <param name="folder">From the root.</param>
    /// <param name="expected">Text by the page's name.</param>
    /// <param name="others">Pages of the folder that people write.</param>
    public static void Check(string folder, IReadOnlyDictionary<string, string> expected, params IEnumerable<string> others)
    {
        var path = Path.Combine(DocsPage.Root, folder);
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") is { Length: > 0 })
        {
            Write(path, expected, others);
        }

        var found = Of(path, others).ToDictionary(file => Path.GetFileName(file), File.ReadAllText, StringComparer.Ordinal);
        string[] wrong = [.. expected.Keys.Union(found.Keys).Where(page => expected.GetValueOrDefault(page) != found.GetValueOrDefault(page))];
        Assert.True(wrong.Length == 0, $"Write them anew with WRITE_DOCS=1 in the environment of this test: {string.Join(", ", wrong)}");
    }

    private static IEnumerable<string> Of(string path, IEnumerable<string> others) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.md").Where(file => !others.Contains(Path.GetFileName(file), StringComparer.Ordinal)) : [];

    private static void Write(string path, IReadOnlyDictionary<string, string> pages, IEnumerable<string> others)
    {
        Directory.CreateDirectory(path);
        foreach (var file in Of(path, others))
        {
            File.Delete(file);
        }

        foreach (var (page, text) in pages)
        {
            File.WriteAllText(Path.Combine(path, page), text);
        }
    }
}
