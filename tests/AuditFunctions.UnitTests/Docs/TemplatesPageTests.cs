using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Catalogs;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Tests.Docs;

/// <summary>
/// The page of the template schema. What the schema knows is asked of the reader itself: a key that it does not know makes it list those that it
/// does.
/// </summary>
public sealed class TemplatesPageTests
{
    [Theory]
    [InlineData("{ KEY: 1 }", "")]
    [InlineData("{ request: { KEY: 1 } }", "request.")]
    [InlineData("{ events: { KEY: 1 } }", "events.")]
    [InlineData("{ events: { format: csv, KEY: 1 } }", "events.")]
    [InlineData("{ events: { format: xml, KEY: 1 } }", "events.")]
    [InlineData("{ events: { format: json-lines, KEY: 1 } }", "events.")]
    [InlineData("{ events: { path: [a, b], KEY: 1 } }", "events.")]
    [InlineData("{ time: { path: at, KEY: 1 } }", "time.")]
    [InlineData("{ timing: { KEY: 1 } }", "timing.")]
    [InlineData("{ timing: { lookbackTiers: [ { window: 3h, every: 15m, KEY: 1 } ] } }", "timing.lookbackTiers.")]
    [InlineData("{ limits: { KEY: 1 } }", "limits.")]
    [InlineData("{ throttling: { KEY: 1 } }", "throttling.")]
    [InlineData("{ auth: { scheme: header, KEY: 1 } }", "")]
    [InlineData("{ auth: { scheme: oauth2, grant: refresh_token, KEY: 1 } }", "")]
    [InlineData("{ paging: { kind: link-header, KEY: 1 } }", "")]
    [InlineData("{ paging: { kind: cursor, KEY: 1 } }", "")]
    [InlineData("{ paging: { kind: page, KEY: 1 } }", "")]
    [InlineData("{ errors: [ { KEY: 1 } ] }", "")]
    [InlineData("{ expand: { KEY: 1 } }", "expand.")]
    [InlineData("{ snapshot: { KEY: 1 } }", "snapshot.")]
    [InlineData("{ job: { KEY: 1 } }", "job.")]
    [InlineData("{ job: { state: { KEY: 1 } } }", "job.state.")]
    [InlineData("{ steps: { one: { KEY: 1 } } }", "")]
    public void Every_key_of_the_schema_is_documented(string definition, string prefix)
    {
        var allowed = AllowedOf(definition.Replace("KEY", "unknownKey", StringComparison.Ordinal), "unknownKey");
        Assert.NotEmpty(allowed);
        var text = DocsPage.Read("docs/templates.md").Text;
        string[] missing = [.. allowed.Where(key => !Mentions(text, prefix + key))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_auth_scheme_is_documented()
    {
        var section = DocsPage.Read("docs/templates.md").Section("`auth`").Text;
        Assert.NotEmpty(AuthCatalog.Schemes.Entries);
        Assert.All(AuthCatalog.Schemes.Entries, scheme => Assert.Contains($"| {scheme.Docs} |", section, StringComparison.Ordinal));
        Assert.All(AuthCatalog.Schemes.Entries, scheme => Assert.StartsWith($"`{scheme.Name}`", scheme.Docs, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_paging_kind_is_documented()
    {
        var section = DocsPage.Read("docs/templates.md").Section("`paging`").Text;
        Assert.NotEmpty(PagingCatalog.Kinds.Entries);
        Assert.All(PagingCatalog.Kinds.Entries, kind => Assert.Contains($"| {kind.Docs} |", section, StringComparison.Ordinal));
        Assert.All(PagingCatalog.Kinds.Entries, kind => Assert.StartsWith($"`{kind.Name}`", kind.Docs, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_placeholder_is_documented()
    {
        var section = DocsPage.Read("docs/templates.md").Section("Placeholders").Text;
        string[] missing = [.. RunPlaceholders.All.Where(name => !section.Contains($"{{{name}}}", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [Fact]
    public void The_example_is_a_template_that_works()
    {
        var problems = new Problems();
        var yaml = string.Join('\n', DocsPage.Read("docs/templates.md").Section("An example").CodeBlocks("yaml").Single());
        Assert.NotNull(TemplateReader.Read(yaml, "docs/templates.md", problems));
        var row = TableRow.NewColumns();
        row["definition"] = yaml;
        row["destination"] = "siem";
        row["workspace"] = "north";
        row["token"] = "secret:acme";
        new DefinitionReader(new TemplateCatalog()).Read(new TableRow("acme", row), problems);
        Assert.Empty(problems.Found);
    }

    private static bool Mentions(string text, string code) => text.Contains($"`{code}`", StringComparison.Ordinal);

    // The words after "allowed:" in the problem of a key.
    private static string[] AllowedOf(string definition, string key) =>
        ProblemsOf(definition)
            .Where(problem => problem.Where.Contains(key, StringComparison.Ordinal) && problem.What.Contains("allowed: ", StringComparison.Ordinal))
            .SelectMany(problem => problem.What[(problem.What.IndexOf("allowed: ", StringComparison.Ordinal) + 9)..].TrimEnd('.').Split(", "))
            .ToArray();

    private static IReadOnlyList<Problem> ProblemsOf(string definition)
    {
        var problems = new Problems();
        var row = TableRow.NewColumns();
        row["definition"] = definition;
        row["destination"] = "siem";
        row["baseUrl"] = "https://api.acme.example";
        new DefinitionReader(new TemplateCatalog()).Read(new TableRow("acme", row), problems);
        return problems.Found;
    }
}
