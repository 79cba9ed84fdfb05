using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Sources;

namespace AuditFunctions.Tests.Contracts;

/// <summary>A contract looks at everything that its template asks with: every parameter, placeholder and step.</summary>
public sealed class ContractCoverageTests
{
    [Theory]
    [InlineData("ask: GET /audit/v1/logs, query: { oldest: x }", "")]
    [InlineData("ask: GET /audit/v1/logs", "request.query is never looked at")]
    [InlineData("ask: GET /audit/v1/log", "request is never asked for")]
    [InlineData("ask: POST /audit/v1/logs", "request is never asked for")]
    public async Task What_no_exchange_shows_is_named(string exchange, string expected)
    {
        var contract = ContractRun.Read("slack-audit", $"secrets: {{ token: t1 }}\npolls: [{{ poll: one, exchanges: [{{ {exchange} }}] }}]");
        await using var pull = new Pull();
        Assert.Equal(expected, string.Join(", ", ContractCoverage.MissingOf(ContractRun.Define(contract, pull, "http://localhost"), contract)));
    }

    // The request itself is inside a signed envelope, so that no server sees its path and query: SignedRequestTests look into one.
    private static readonly string[] SignedAsAWhole = ["absolute-siem-events"];

    [Fact]
    public async Task Every_request_of_every_template_is_looked_at_by_its_contract()
    {
        var missing = new List<string>();
        foreach (var name in TemplateContractTests.Contracts)
        {
            var contract = TemplateContractTests.Read(name);
            await using var pull = new Pull();
            if (SignedAsAWhole.Contains(name))
            {
                continue;
            }

            missing.AddRange(ContractCoverage.MissingOf(ContractRun.Define(contract, pull, "http://localhost"), contract).Select(what => $"{name}: {what}"));
        }

        Assert.True(missing.Count == 0, $"{missing.Count} are not looked at:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void Every_parameter_of_every_template_has_a_value_that_its_contract_shows()
    {
        var catalog = new TemplateCatalog();
        var missing = TemplateContractTests.Contracts
            .SelectMany(name => ContractCoverage.ParametersMissing(catalog.Find(name)!, TemplateContractTests.Read(name)).Select(what => $"{name}: {what}")).ToArray();
        Assert.True(missing.Length == 0, $"{missing.Length} are not used:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void Every_request_for_a_token_is_looked_at_by_its_contract()
    {
        var catalog = new TemplateCatalog();
        var missing = TemplateContractTests.Contracts
            .SelectMany(name => ContractCoverage.SignInsMissing(catalog.Find(name)!, TemplateContractTests.Read(name)).Select(what => $"{name}: {what}")).ToArray();
        Assert.True(missing.Length == 0, $"{missing.Length} are not looked at:\n{string.Join('\n', missing)}");
    }

    [Theory]
    [InlineData("dropbox-team-log", "definition: { auth: { tokenUrl: '{server}/token' } }\npolls: [{ poll: one, exchanges: [{ ask: POST /token, body: a=b }] }]", "")]
    [InlineData("dropbox-team-log", "definition: { auth: { tokenUrl: '{server}/token' } }\npolls: [{ poll: one, exchanges: [{ ask: POST /token }] }]", "auth: what it sends is never looked at")]
    [InlineData("dropbox-team-log", "definition: { auth: { tokenUrl: '{server}/token' } }\npolls: [{ poll: one, exchanges: [{ ask: POST /other, body: a=b }] }]", "auth is never asked for")]
    [InlineData("verkada-audit-log", "polls: [{ poll: one, exchanges: [{ ask: GET /core/v1/audit_log }] }]", "auth.token is never asked for")]
    [InlineData("verkada-audit-log", "polls: [{ poll: one, exchanges: [{ ask: POST /token, headers: { x-api-key: k1 } }] }]", "")]
    public void A_request_for_a_token_that_no_exchange_shows_is_named(string template, string contract, string expected) =>
        Assert.Equal(expected, string.Join(", ", ContractCoverage.SignInsMissing(new TemplateCatalog().Find(template)!, ContractRun.Read(template, contract))));

    [Theory]
    [InlineData("{ clientId: c1, organization: o1, sandbox: dev, scope: x }, secrets: { clientSecret: s1 }", "")]
    [InlineData("{ clientId: c1, organization: o1, sandbox: prod, scope: x }, secrets: { clientSecret: s1 }", "sandbox is never anything but its default")]
    [InlineData("{ clientId: c1, scope: x, sandbox: dev }", "clientSecret, organization")]
    public void A_parameter_that_no_contract_shows_is_named(string parameters, string expected) => Assert.Equal(expected, string.Join(", ", ContractCoverage.ParametersMissing(
        new TemplateCatalog().Find("adobe-experience-platform-audit")!, ContractRun.Read("adobe-experience-platform-audit", $"{{ parameters: {parameters}, polls: [{{ poll: one, exchanges: [{{ ask: GET /x }}] }}] }}"))));
}
