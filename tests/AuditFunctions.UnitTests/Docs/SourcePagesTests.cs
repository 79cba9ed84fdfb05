using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Docs;

/// <summary>The pages about vendors are written from the templates: with the variable WRITE_DOCS set, this test writes them first.</summary>
public sealed class SourcePagesTests
{
    private static readonly string Folder = Path.Combine(DocsPage.Root, SourcePages.Folder);

    [Fact]
    public void The_pages_of_vendors_are_what_the_templates_say()
    {
        var expected = SourcePages.All();
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") is { Length: > 0 })
        {
            Write(expected);
        }

        var found = Generated().ToDictionary(file => Path.GetFileName(file), File.ReadAllText, StringComparer.Ordinal);
        string[] wrong = [.. expected.Keys.Union(found.Keys).Where(page => expected.GetValueOrDefault(page) != found.GetValueOrDefault(page))];
        Assert.True(wrong.Length == 0, $"Write them anew with WRITE_DOCS=1 in the environment of this test: {string.Join(", ", wrong)}");
    }

    [Fact]
    public void Every_template_of_a_vendor_says_its_category_the_vendors_page_and_what_to_grant()
    {
        var catalog = new TemplateCatalog();
        string[] silent = [.. catalog.Names.Where(name => name != "http-json" && catalog.Find(name) is not { Category: not null, Docs: not null, Grant.Length: > 0, Title.Length: > 0 })];
        Assert.Empty(silent);
    }

    private static IEnumerable<string> Generated() =>
        Directory.EnumerateFiles(Folder, "*.md").Where(file => Path.GetFileName(file) != SourcePages.NotCovered);

    private static void Write(IReadOnlyDictionary<string, string> pages)
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in Generated())
        {
            File.Delete(file);
        }

        foreach (var (page, text) in pages)
        {
            File.WriteAllText(Path.Combine(Folder, page), text);
        }
    }
}
