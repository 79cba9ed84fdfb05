using System.Text;
using AuditFunctions.Sources.Catalogs;
using AuditFunctions.Sources.Processors.Map;
using AuditFunctions.Sources.Processors.Map.Schemas;
using AuditFunctions.Tests.Sources.Processors;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Docs;

/// <summary>The page of the processors: its table is the catalog, its examples are what happens.</summary>
public sealed class ProcessorsPageTests
{
    private static readonly DocsPage Page = DocsPage.Read("docs/processors.md");

    public static TheoryData<string> Actions => [.. ProcessorCatalog.Actions.Names];

    [Fact]
    public void The_table_lists_the_actions_as_the_catalog_does()
    {
        var rows = Page.Section("Actions").Prose.Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(ProcessorCatalog.Actions.Entries.Select(entry => $"| {entry.Docs} |"), rows);
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void An_actions_example_does_what_the_page_shows(string action)
    {
        var blocks = Page.Section("Examples").Section($"`{action}`").CodeBlocks().ToArray();
        Assert.Equal(["yaml", "json", "json"], blocks.Select(block => block.Language));
        var files = new Dictionary<string, byte[]>
        {
            ["staff.csv"] = Encoding.UTF8.GetBytes(string.Join('\n', Page.Section("Lookup files").CodeBlocks().Single(block => block.Language == "csv").Lines)),
            ["GeoLite2-City.mmdb"] = AddressDatabaseFile.Cities(),
            ["GeoLite2-ASN.mmdb"] = AddressDatabaseFile.Owners(),
        };
        Assert.Contains($"- action: {action}", blocks[0].Lines[0], StringComparison.Ordinal);
        var applied = Lists.Apply(Lists.Read(string.Join('\n', blocks[0].Lines)), files, blocks[1].Lines);
        Assert.Equal(blocks[2].Lines, applied.After);
        Assert.All(applied.Failures, Assert.Null);
    }

    [Theory]
    [InlineData("{ processors: { list: [], KEY: 1 } }", "")]
    [InlineData("[ { action: drop, when: { path: a, equals: b, KEY: 1 } } ]", "")]
    public void Every_key_is_documented(string yaml, string prefix)
    {
        var problem = Assert.Single(Lists.ProblemsOf(yaml.Replace("KEY", "unknownKey", StringComparison.Ordinal)), line => line.Contains("unknownKey", StringComparison.Ordinal));
        var allowed = problem[(problem.IndexOf("allowed: ", StringComparison.Ordinal) + 9)..].TrimEnd('.').Split(", ");
        Assert.NotEmpty(allowed);
        Assert.All(allowed, key => Assert.Contains($"`{prefix}{key}`", Page.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_names_the_templates_that_bring_a_mapping()
    {
        var text = string.Join(' ', Page.Section("Mappings").Prose);
        Assert.Contains($"{string.Join(", ", MappingCatalog.Templates.Select(name => $"`{name}`"))}.", text, StringComparison.Ordinal);
        Assert.Contains($" {Schema.Ocsf.Version} ", text, StringComparison.Ordinal);
        Assert.Contains($" {Schema.Ecs.Version}.", text, StringComparison.Ordinal);
        Assert.All(Schema.Ocsf.Classes.Keys, name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_lists_on_the_page_are_right() =>
        Assert.All(Page.CodeBlocks("yaml"), block => Assert.Empty(Lists.ProblemsOf(string.Join('\n', block))));
}
