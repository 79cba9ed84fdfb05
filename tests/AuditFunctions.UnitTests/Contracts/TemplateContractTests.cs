using System.Reflection;
using AuditFunctions.Operations.Contracts;
using AuditFunctions.Sources.Templates;
using AuditFunctions.Tests.Sources;

namespace AuditFunctions.Tests.Contracts;

/// <summary>Every shipped template keeps its contract: the file <c>NAME.contract.yaml</c> beside it.</summary>
public sealed class TemplateContractTests
{
    private const string Prefix = "contracts/";
    private const string Suffix = ".contract.yaml";
    private static readonly Assembly Home = typeof(TemplateContractTests).Assembly;
    internal static readonly string[] Contracts =
        [.. Home.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..^Suffix.Length])];

    // They have tests of their own, against stand-ins for the vendors: TemplateDrainTests, PagingTests.
    private static readonly string[] TestedElsewhere =
        ["github-enterprise-audit", "github-organization-audit", "http-json", "okta-system-log", "salesforce-setup-audit-trail"];

    public static TheoryData<string> Names() => [.. Contracts];

    [Fact]
    public void Every_template_has_a_contract() => Assert.Equal(new TemplateCatalog().Names, Contracts.Concat(TestedElsewhere).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_template_keeps_its_contract(string name)
    {
        var contract = Read(name);
        var replayed = await ContractRun.RunAsync(contract);
        foreach (var variant in contract.Variants)
        {
            await ContractRun.RunAsync(variant);
        }

        var polls = contract.Polls;
        Assert.True(polls.Any(poll => poll.Events?.Count > 1 || poll.Count > 1), "No poll brings events.");
        Assert.True(polls.Any(poll => poll is { Ends: "drained", Count: 0, Events: null or { Count: 0 } }), "No poll is empty.");
        Assert.True(polls.Any(poll => poll.Ends.StartsWith("Throttled", StringComparison.Ordinal)), "No poll is throttled.");
        await using var pull = new Pull();
        Assert.True(
            ContractRun.Define(contract, pull, "http://localhost").Paging.Kind is { Placeholder: null, CursorIsUrl: false } || replayed.Polls.Max(poll => poll.Pages) > 1,
            "No poll has several pages.");
    }

    internal static Contract Read(string name)
    {
        using var reader = new StreamReader(Home.GetManifestResourceStream(Prefix + name + Suffix)!);
        return ContractRun.Read(name, reader.ReadToEnd());
    }
}
