using AuditFunctions.Operations.Contracts;
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
        var missing = TemplateContractTests.Contracts.SelectMany(name => ParametersMissing(catalog.Find(name)!, TemplateContractTests.Read(name))).ToArray();
        Assert.True(missing.Length == 0, $"{missing.Length} are not used:\n{string.Join('\n', missing)}");
    }

    // One that a row need not give and that has no default is used when the contract gives it.
    private static IEnumerable<string> ParametersMissing(SourceTemplate template, Contract contract) => template.Parameters
        .Where(parameter => contract.Variants.Prepend(contract).All(one => !one.Parameters.ContainsKey(parameter.Name) && !one.Secrets.ContainsKey(parameter.Name)))
        .Where(parameter => parameter.Secret || parameter.Default is null)
        .Select(parameter => $"{template.Name}: {parameter.Name}");
}
