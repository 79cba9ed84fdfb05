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

        var found = Directory.EnumerateFiles(Folder, "*.md").ToDictionary(file => Path.GetFileName(file), File.ReadAllText, StringComparer.Ordinal);
        string[] wrong = [.. expected.Keys.Union(found.Keys).Where(page => expected.GetValueOrDefault(page) != found.GetValueOrDefault(page))];
        Assert.True(wrong.Length == 0, $"Write them anew with WRITE_DOCS=1 in the environment of this test: {string.Join(", ", wrong)}");
    }

    [Fact]
    public void Every_template_of_a_vendor_says_its_category_and_the_vendors_page()
    {
        var catalog = new TemplateCatalog();
        string[] silent = [.. catalog.Names.Where(name => name != "http-json" && catalog.Find(name) is not { Category: not null, Docs: not null, Title.Length: > 0 })];
        Assert.Empty(silent);
    }

    private static void Write(IReadOnlyDictionary<string, string> pages)
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in Directory.EnumerateFiles(Folder, "*.md"))
        {
            File.Delete(file);
        }

        foreach (var (page, text) in pages)
        {
            File.WriteAllText(Path.Combine(Folder, page), text);
        }
    }
}
