using System.Text.RegularExpressions;
using AuditFunctions.Pipeline.Definitions;
using AuditFunctions.Pipeline.Sources;
using AuditFunctions.Pipeline.Sources.Definition;
using AuditFunctions.Pipeline.Sources.Paging;
using AuditFunctions.Pipeline.Sources.Rows;
using AuditFunctions.Pipeline.Sources.Templates;

namespace AuditFunctions.Tests.Docs;

/// <summary>
/// The page of the template schema. What the schema knows is asked of the reader itself: a key that it does not know makes it list those that it
/// does.
/// </summary>
public sealed partial class TemplatesPageTests
{
    [Theory]
    [InlineData("{ KEY: 1 }", "")]
    [InlineData("{ request: { KEY: 1 } }", "request.")]
    [InlineData("{ events: { KEY: 1 } }", "events.")]
    [InlineData("{ time: { path: at, KEY: 1 } }", "time.")]
    [InlineData("{ timing: { KEY: 1 } }", "timing.")]
    [InlineData("{ limits: { KEY: 1 } }", "limits.")]
    [InlineData("{ throttling: { KEY: 1 } }", "throttling.")]
    [InlineData("{ auth: { scheme: header, KEY: 1 } }", "")]
    [InlineData("{ auth: { scheme: oauth2, grant: refresh_token, KEY: 1 } }", "")]
    [InlineData("{ paging: { kind: link-header, KEY: 1 } }", "")]
    [InlineData("{ paging: { kind: cursor, KEY: 1 } }", "")]
    [InlineData("{ paging: { kind: page, KEY: 1 } }", "")]
    [InlineData("{ errors: [ { KEY: 1 } ] }", "")]
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
        string[] missing = [.. AllowedOf("{ auth: { scheme: unknownScheme } }", "scheme").Where(scheme => !Mentions(section, scheme))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_paging_kind_is_documented()
    {
        var section = DocsPage.Read("docs/templates.md").Section("`paging`").Text;
        string[] missing = [.. PagingCatalog.Names.Where(kind => !Mentions(section, kind))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_placeholder_is_documented()
    {
        var section = DocsPage.Read("docs/templates.md").Section("Placeholders").Text;
        string[] missing = [.. RunPlaceholders.All.Where(name => !section.Contains($"{{{name}}}", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [Fact]
    public void What_the_page_calls_reserved_is_refused_as_such()
    {
        var section = DocsPage.Read("docs/templates.md").Section("Parts that this version cannot run");
        var keys = section.CodeRows().Select(row => $"{{ {row.Name}: {{ }} }}");
        var schemes = Code().Matches(section.Text[section.Text.IndexOf("Reserved auth schemes", StringComparison.Ordinal)..])
            .Select(match => $"{{ auth: {{ scheme: {match.Groups["code"].Value} }} }}");
        Assert.All(keys.Concat(schemes), definition =>
            Assert.Contains(ProblemsOf(definition), problem => problem.What.Contains("not run by this version", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_example_is_a_template_that_works()
    {
        var problems = new Problems();
        var yaml = string.Join('\n', DocsPage.Read("docs/templates.md").Section("An example").CodeBlocks("yaml").Single());
        Assert.NotNull(TemplateReader.Read(yaml, "docs/templates.md", problems));
        var row = SourceRow.NewColumns();
        row["definition"] = yaml;
        row["destination"] = "siem";
        row["workspace"] = "north";
        row["token"] = "secret:acme";
        new DefinitionReader(new TemplateCatalog()).Read(new SourceRow("acme", row), problems);
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
        var row = SourceRow.NewColumns();
        row["definition"] = definition;
        row["destination"] = "siem";
        row["baseUrl"] = "https://api.acme.example";
        new DefinitionReader(new TemplateCatalog()).Read(new SourceRow("acme", row), problems);
        return problems.Found;
    }

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
