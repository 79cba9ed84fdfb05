using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Docs;

public sealed class ReadmeTests
{
    [Fact]
    public void The_two_commands_are_these() =>
        Assert.Equal(
            ["dotnet run --project src/AuditFunctions.Cli -- demo", "dotnet test"],
            DocsPage.Read("README.md").CodeBlocks("sh").Single());

    [Theory]
    [InlineData("README.md", "streams")]
    [InlineData("docs/comparison.md", "streams")]
    [InlineData("CHANGELOG.md", "templates")]
    public void Number_of_streams_is_that_of_the_templates(string page, string noun)
    {
        // http-json is of no vendor.
        var streams = new TemplateCatalog().Names.Count() - 1;
        Assert.Contains($"{streams} {noun}", DocsPage.Read(page).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_first_rows_are_those_of_the_sources_page()
    {
        static IEnumerable<string> Words(DocsPage page, string heading) =>
            page.Section(heading).CodeBlocks("yaml").First().Select(line => line.Split(" #")[0].Trim()).Where(line => line.Length > 0);

        var readme = Words(DocsPage.Read("README.md"), "A first source").ToArray();
        Assert.Empty(readme.Except(Words(DocsPage.Read("docs/sources.md"), "Add a source by file").Append("# rows.yaml")));
    }
}
