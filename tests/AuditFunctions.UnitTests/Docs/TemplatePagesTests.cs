using AuditFunctions.Tests.Contracts;

namespace AuditFunctions.Tests.Docs;

/// <summary>The pages about auth schemes and paging kinds: with the variable WRITE_DOCS set, this test writes them first.</summary>
public sealed class TemplatePagesTests
{
    public static TheoryData<string> OwnExamples => [.. TemplatePages.OwnExamples];

    [Fact]
    public void There_is_a_page_for_each_auth_scheme_and_paging_kind_as_its_contract_says() => GeneratedPages.Check(TemplatePages.Folder, TemplatePages.All());

    [Fact]
    public void Each_is_linked_from_the_page_of_templates()
    {
        var page = DocsPage.Read("docs/templates.md").Text;
        Assert.All(TemplatePages.All().Keys, name => Assert.Contains($"](templates/{name})", page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(OwnExamples))]
    public Task An_example_of_no_template_keeps_its_contract_too(string name) => ContractRun.RunAsync(TemplatePages.ReadOwn(name));
}
