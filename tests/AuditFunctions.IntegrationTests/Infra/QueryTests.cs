using System.Text.Json;
using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>What the queries of the workbook and the alerts name is what the code emits, and each is used and documented.</summary>
public sealed class QueryTests
{
    public static TheoryData<string> Files => [.. QueryText.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_it_names_is_emitted_and_said(string file) => Assert.Empty(QueryFaults.Of(QueryText.Raw(file)));

    [Theory]
    [InlineData("alerts/source-failing.kql", "source.state", "source.states", "metric auditfunctions.source.states does not exist")]
    [InlineData("alerts/source-failing.kql", "Properties.source", "Properties.sources", "property sources is in nothing that it reads")]
    [InlineData("alerts/source-failing.kql", "'Overdue'", "'Late'", "state is never 'Late'")]
    [InlineData("alerts/source-failing.kql", "'BadRow'", "'WrongRow'", "state is never 'WrongRow'")]
    [InlineData("alerts/destination-down.kql", "'refused'", "'denied'", "outcome is never 'denied'")]
    [InlineData("alerts/destination-down.kql", "3033", "3035", "log event 3035 does not exist")]
    [InlineData("alerts/destination-down.kql", "Properties.Destination", "Properties.Target", "property Target is in nothing that it reads")]
    [InlineData("alerts/delivery-time.kql", ".Waited", ".Wait", "property Wait is in nothing that it reads")]
    [InlineData("alerts/dead-letters.kql", "2009", "2010", "log event 2010 is in none of its tables")]
    [InlineData("alerts/queue-stuck.kql", "'fetch'", "'fetches'", "queue is never 'fetches'")]
    [InlineData("alerts/queue-stuck.kql", "min(Sum)", "min(Min)", "Min of a metric that is no histogram")]
    [InlineData("workbook/source-trace.kql", "'tick', 'fetch'", "'tick', 'fetched'", "activity fetched does not exist")]
    public void A_slip_is_found(string file, string written, string slip, string fault)
    {
        var text = QueryText.Raw(file);
        Assert.Contains(written, text, StringComparison.Ordinal);
        Assert.Contains(fault, QueryFaults.Of(text.Replace(written, slip, StringComparison.Ordinal)));
    }

    // As they reach Azure: out of the rules and the workbook that Bicep makes of them.
    [Theory]
    [InlineData("")]
    [InlineData(Snapshot.Everything)]
    public async Task The_language_service_finds_nothing(string parameters)
    {
        var found = await KustoService.CheckAsync(await DeployedAsync(parameters));

        Assert.Equal(QueryText.Names, found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found, query => Assert.True(query.Value.Length == 0, $"{query.Key}: {string.Join('\n', query.Value)}"));
    }

    [Fact]
    public async Task The_language_service_finds_slips()
    {
        (string File, string Written, string Slip, string Fault)[] slips =
        [
            ("alerts/queue-stuck.kql", "min(Sum)", "min(Sun)", "Error KS142"),
            ("alerts/function-failures.kql", "count()", "counts()", "Error KS211"),
            ("alerts/no-ticks.kql", "| project", "| projekt", "Error"),
            ("alerts/backlog-growing.kql", "where waiting", "where wating", "Error KS142"),
            ("workbook/source-trace.kql", "AppDependencies", "AppDependency", "Error KS204"),
            ("workbook/delivery-parts.kql", "part = case(", "part = case", "Error"),
            ("workbook/cost.kql", "2.0 *", "2 *", "Error KS142"), // two branches of the union then give whole numbers
        ];
        var deployed = await DeployedAsync("");
        var found = await KustoService.CheckAsync(slips.ToDictionary(
            slip => slip.File, slip => deployed[slip.File].Replace(slip.Written, slip.Slip, StringComparison.Ordinal),
                StringComparer.Ordinal));

        Assert.All(slips, slip =>
        {
            Assert.Contains(slip.Written, deployed[slip.File], StringComparison.Ordinal);
            Assert.Contains(found[slip.File], fault => fault.StartsWith(slip.Fault, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task No_other_query_stands_in_Bicep()
    {
        var written = string.Join('\n', Directory.EnumerateFiles(Bicep.Folder, "*.bicep", SearchOption.AllDirectories)
            .Select(File.ReadAllText));
        var deployed = await DeployedAsync("");

        Assert.Equal(QueryText.Names, deployed.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(KustoService.TableNames, table =>
            Regex.IsMatch(written, $@"\b{table}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.DoesNotContain("| where ", written, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_every_query_as_it_stands()
    {
        var page = DocsPage.Read("docs/queries.md");
        Assert.Equal(QueryText.Names, page.Headings.Where(heading => heading.EndsWith(".kql", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(QueryText.Names, file => Assert.Contains($"```kusto\n{QueryText.Raw(file).TrimEnd()}\n```", page.Section(file).Text, StringComparison.Ordinal));
    }

    // By the names of their files. What people choose in the workbook, it puts in for the parameters that it has; a query with another one
    // is refused.
    private static async Task<Dictionary<string, string>> DeployedAsync(string parameters)
    {
        var snapshot = await Snapshot.OfAsync(parameters);
        var rules = snapshot.All("Microsoft.Insights/scheduledQueryRules").Select(rule => (
            Name: QueryText.Names.Single(name => name.StartsWith("alerts/", StringComparison.Ordinal)
                && rule.Name.EndsWith($"-{Path.GetFileNameWithoutExtension(name)}", StringComparison.Ordinal)),
            Query: rule.Properties.GetProperty("criteria").GetProperty("allOf")[0].GetProperty("query").GetString()!));
        var items = await WorkbookTests.ItemsAsync();
        var choices = items.Where(item => item.GetProperty("type").GetInt32() == 9)
            .SelectMany(item => item.GetProperty("content").GetProperty("parameters").EnumerateArray()).ToArray();
        var parts = items.Where(item => item.GetProperty("type").GetInt32() == 3)
            .Select(item => (
                Name: $"workbook/{item.GetProperty("name").GetString()}.kql",
                Query: item.GetProperty("content").GetProperty("query").GetString()!));
        var lists = choices.Where(choice => choice.TryGetProperty("query", out _))
            .Select(choice => (Name: "workbook/source-names.kql", Query: choice.GetProperty("query").GetString()!));
        return rules.Concat(parts.Concat(lists).Select(part => (part.Name, Chosen(part.Query, choices))))
            .ToDictionary(query => query.Item1, query => query.Item2, StringComparer.Ordinal);
    }

    private static string Chosen(string query, JsonElement[] choices) => choices.Aggregate(query, (text, choice) =>
    {
        var name = choice.GetProperty("name").GetString()!;
        return name == "TimeRange"
            ? text.Replace("{TimeRange:grain}", "5m", StringComparison.Ordinal)
                .Replace("{TimeRange:start}", "datetime(2026-01-01)", StringComparison.Ordinal)
                .Replace("{TimeRange:end}", "datetime(2026-01-02)", StringComparison.Ordinal)
            : text.Replace($"{{{name}}}", choice.TryGetProperty("value", out var value) ? value.GetString()! : "acme",
                StringComparison.Ordinal);
    });
}
