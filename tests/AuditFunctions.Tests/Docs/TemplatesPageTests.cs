using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
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

    [Theory]
    [InlineData("`session`", "session.", "{ session: [ { KEY: 1 } ] }")]
    [InlineData("`partitions`", "partitions.NAME.", "{ partitions: { a: { request: { path: /a }, KEY: 1 } } }")]
    [InlineData("`partitions`", "partitions.NAME.values.", "{ partitions: { a: { values: [ { value: b, KEY: 1 } ] } } }")]
    [InlineData("`expand`", "expand.", "{ expand: { KEY: 1 } }")]
    [InlineData("`processors`", "processors.", "{ processors: [ { hash: a, key: b, KEY: 1 } ] }")]
    [InlineData("Conditions on an event", "", "{ processors: [ { drop: { path: a, is: b, KEY: 1 } } ] }")]
    [InlineData("`pending`", "pending.", "{ pending: { KEY: 1 } }")]
    [InlineData("Events in rows", "events.columns.", "{ events: { columns: { KEY: 1 } } }")]
    public void The_keys_of_a_planned_part_are_these(string heading, string prefix, string definition)
    {
        var documented = Planned().Section(heading).CodeRows().Select(row => row.Name)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !name[prefix.Length..].Contains('.', StringComparison.Ordinal));
        var allowed = AllowedOf(definition.Replace("KEY", "unknownKey", StringComparison.Ordinal), "unknownKey").Select(key => prefix + key);
        Assert.Equal(allowed.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Planned auth schemes", "auth: { scheme: WORD, KEY: 1 }", "scheme,capture", "login,digest,jwt,github-app,duo-signature,aliyun-signature,oci-signature")]
    [InlineData("Planned grants of `oauth2`", "auth: { scheme: oauth2, grant: WORD, KEY: 1 }", "scheme,capture,grant,tokenUrl,clientId,clientSecret,client,format,scope,fields,header", "jwt-bearer,password")]
    [InlineData("Planned kinds of paging", "paging: { kind: WORD, KEY: 1 }", "kind,stop", "time-advance,partitions,server-side,stream")]
    public void The_keys_of_a_planned_word_are_these(string heading, string definition, string common, string words)
    {
        var documented = Planned().Section(heading).CodeRows().ToLookup(row => row.Name, row => row.Cells[1].Trim('`'), StringComparer.Ordinal);
        Assert.Equal(words.Split(','), documented.Select(row => row.Key));
        Assert.All(documented, word =>
        {
            var asked = definition.Replace("WORD", word.Key, StringComparison.Ordinal).Replace("KEY", "unknownKey", StringComparison.Ordinal);
            var allowed = AllowedOf($"{{ {asked} }}", "unknownKey").Except(common.Split(','));
            Assert.Equal(allowed.Order(StringComparer.Ordinal), word.Order(StringComparer.Ordinal));
        });
    }

    [Fact]
    public void Each_planned_part_has_an_example_that_is_right_and_refused() =>
        Assert.All(Planned().Headings.Skip(1), heading =>
        {
            var part = Planned().Section(heading);
            Assert.Contains("efused in a normal row", part.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
            var example = string.Join('\n', part.CodeBlocks("yaml").Single().Prepend("parameters: { secret: { description: Any., secret: true } }").Append("time: at"));
            Assert.Empty(ProblemsOf(example, checkOnly: true, secret: "secret:any"));
            var problems = ProblemsOf(example, secret: "secret:any");
            Assert.NotEmpty(problems);
            Assert.All(problems, problem => Assert.Contains("can be written but not run by this version", problem.What, StringComparison.Ordinal));
        });

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

    private static DocsPage Planned() => DocsPage.Read("docs/templates.md").Section("Parts that this version cannot run");

    private static bool Mentions(string text, string code) => text.Contains($"`{code}`", StringComparison.Ordinal);

    // The words after "allowed:" in the problem of a key.
    private static string[] AllowedOf(string definition, string key) =>
        ProblemsOf(definition)
            .Where(problem => problem.Where.Contains(key, StringComparison.Ordinal) && problem.What.Contains("allowed: ", StringComparison.Ordinal))
            .SelectMany(problem => problem.What[(problem.What.IndexOf("allowed: ", StringComparison.Ordinal) + 9)..].TrimEnd('.').Split(", "))
            .ToArray();

    private static IReadOnlyList<Problem> ProblemsOf(string definition, bool checkOnly = false, string? secret = null)
    {
        var problems = new Problems();
        var row = TableRow.NewColumns();
        row["definition"] = definition;
        row["destination"] = "siem";
        row["baseUrl"] = "https://api.acme.example";
        if (secret is not null)
        {
            row["secret"] = secret;
        }

        new DefinitionReader(new TemplateCatalog()).Read(new TableRow("acme", row), problems, checkOnly);
        return problems.Found;
    }
}
