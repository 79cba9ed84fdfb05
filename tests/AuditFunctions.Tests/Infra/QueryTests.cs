using System.Text.RegularExpressions;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Infra;

/// <summary>What the queries of the workbook and the alerts name is what the code emits, and each is used and documented.</summary>
public sealed partial class QueryTests
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
    [InlineData("alerts/queue-stuck.kql", "min(Sum)", "min(Sun)", "Sun is no column of its tables, no function, and nothing that it defines")]
    [InlineData("alerts/function-failures.kql", "count()", "counts()", "counts is no column of its tables, no function, and nothing that it defines")]
    [InlineData("alerts/no-ticks.kql", "| project", "| projekt", "operator projekt is not known")]
    [InlineData("alerts/backlog-growing.kql", "newestAt", "last", "last is a word of the language and cannot be a name")]
    [InlineData("workbook/source-trace.kql", "AppDependencies", "AppDependency", "table AppDependency is not known")]
    [InlineData("workbook/source-trace.kql", "'tick', 'fetch'", "'tick', 'fetched'", "activity fetched does not exist")]
    [InlineData("workbook/delivery-parts.kql", "part = case(", "part = case", ") closes nothing")]
    public void A_slip_is_found(string file, string written, string slip, string fault)
    {
        var text = QueryText.Raw(file);
        Assert.Contains(written, text, StringComparison.Ordinal);
        Assert.Contains(fault, QueryFaults.Of(text.Replace(written, slip, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_query_is_used_once_and_no_other_stands_in_Bicep()
    {
        var loaded = BicepText.All().SelectMany(file => Loaded().Matches(file.Code).Select(match => match.Groups["path"].Value)).ToArray();
        Assert.Equal(QueryText.Names, loaded.Order(StringComparer.Ordinal));
        var code = string.Join('\n', BicepText.All().Select(file => file.Code));
        Assert.DoesNotContain(KustoLanguage.Tables.Keys, table => Regex.IsMatch(code, $@"\b{table}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.DoesNotContain("| where ", code, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_placeholder_is_filled_in()
    {
        var alerts = BicepText.Read("modules/alerts.bicep").Code;
        var workbook = BicepText.Read("modules/workbook.bicep").Code;
        Assert.All(QueryText.Names, file => Assert.All(QueryText.Read(file).Placeholders, placeholder =>
        {
            if (file.StartsWith("alerts", StringComparison.Ordinal))
            {
                Assert.Contains($"loadTextContent('../queries/{file}'), '{placeholder}'", Unnested(alerts), StringComparison.Ordinal);
            }
            else
            {
                var parameter = placeholder.Trim('{', '}').Split(':');
                Assert.Contains($"name: '{parameter[0]}'", workbook, StringComparison.Ordinal);
                Assert.True(parameter.Length == 1 || (parameter[0] == "TimeRange" && parameter[1] is "grain" or "start" or "end"), placeholder);
            }
        }));

        // replace(replace(loadTextContent(f), a, x), b, y): each of them is one of the file's.
        static string Unnested(string code) => Regex.Replace(
            code,
            @"replace\(\s*replace\((?<file>loadTextContent\('[^']+'\)), (?<one>'[^']+'), [^\n]*\),\s*(?<two>'[^']+')",
            match => $"{match.Groups["file"].Value}, {match.Groups["one"].Value}\n{match.Groups["file"].Value}, {match.Groups["two"].Value}",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void The_page_has_every_query_as_it_stands()
    {
        var page = DocsPage.Read("docs/queries.md");
        Assert.Equal(QueryText.Names, page.Headings.Where(heading => heading.EndsWith(".kql", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(QueryText.Names, file => Assert.Contains($"```kusto\n{QueryText.Raw(file).TrimEnd()}\n```", page.Section(file).Text, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"loadTextContent\('\.\./queries/(?<path>[\w/-]+\.kql)'\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Loaded();
}
