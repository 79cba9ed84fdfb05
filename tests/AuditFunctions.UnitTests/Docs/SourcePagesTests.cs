using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Docs;

/// <summary>The pages about vendors are written from the templates: with the variable WRITE_DOCS set, this test writes them first.</summary>
public sealed class SourcePagesTests
{
    [Fact]
    public void The_pages_of_vendors_are_what_the_templates_say() => GeneratedPages.Check(SourcePages.Folder, SourcePages.All(), SourcePages.NotCovered);

    [Fact]
    public void Every_template_of_a_vendor_says_its_category_the_vendors_page_and_what_to_grant()
    {
        var catalog = new TemplateCatalog();
        string[] silent = [.. catalog.Names.Where(name => name != "http-json" && catalog.Find(name) is not { Category: not null, Docs: not null, Grant.Length: > 0, Title.Length: > 0 })];
        Assert.Empty(silent);
    }
}
