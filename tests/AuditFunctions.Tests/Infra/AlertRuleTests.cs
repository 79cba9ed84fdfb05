using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Infra;

/// <summary>The alert rules as Bicep makes them.</summary>
public sealed partial class AlertRuleTests
{
    // What a log alert rule may be given (https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule, read 2026-11-21).
    private static readonly string[] Windows = ["PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "P1D", "P2D"];

    private static readonly BicepText Bicep = BicepText.Read("modules/alerts.bicep");

    private static AlertRule[] Rules { get; } = [.. RuleBlock().Matches(Bicep.Code).Select(match => new AlertRule(
        match.Groups["name"].Value,
        match.Groups["display"].Value,
        int.Parse(match.Groups["severity"].Value, CultureInfo.InvariantCulture),
        match.Groups["window"].Value,
        [.. Word().Matches(match.Groups["dimensions"].Value).Select(word => word.Value)]))];

    [Fact]
    public void There_is_one_for_every_query() =>
        Assert.Equal(
            QueryText.Names.Where(name => name.StartsWith("alerts/", StringComparison.Ordinal)),
            Rules.Select(rule => $"alerts/{rule.Name}.kql").Order(StringComparer.Ordinal));

    [Fact]
    public void Their_windows_are_such_as_Azure_takes_and_as_long_as_their_queries_look_back()
    {
        var frequencies = Regex.Match(Bicep.Code, @"@allowed\(\[(?<values>[^\]]*)\]\)\nparam frequency", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["values"].Value;
        var longest = Word().Matches(frequencies).Max(word => XmlConvert.ToTimeSpan(word.Value));
        Assert.True(longest > TimeSpan.Zero);
        Assert.All(Rules, rule =>
        {
            Assert.Contains(rule.Window, Windows);
            var window = XmlConvert.ToTimeSpan(rule.Window);
            Assert.True(window >= longest, $"{rule.Name} leaves gaps: it reads {window} every {longest}.");
            Assert.All(Ago().Matches(QueryText.Read($"alerts/{rule.Name}.kql").Code), ago =>
                Assert.True(XmlConvert.ToTimeSpan("PT" + ago.Groups["time"].Value.ToUpperInvariant()) <= window, $"{rule.Name} looks further back than its window."));
            Assert.InRange(rule.Severity, 0, 4);
        });
    }

    // A state is recorded every 15 minutes, by one instance: one that is lost must not end an alert.
    [Fact]
    public void A_state_is_looked_for_in_more_than_two_of_its_records() =>
        Assert.All(
            Rules.Where(rule => QueryText.Read($"alerts/{rule.Name}.kql").Metrics.Contains("auditfunctions.source.state")),
            rule => Assert.True(XmlConvert.ToTimeSpan(rule.Window) >= 3 * TickGauges.Every));

    [Fact]
    public void What_they_tell_apart_is_what_their_queries_give() => Assert.All(Rules, rule =>
    {
        var lines = QueryText.Read($"alerts/{rule.Name}.kql").Code.Split('\n');
        var given = lines.LastOrDefault(line => line.StartsWith("| project", StringComparison.Ordinal)) ?? lines.Last(line => line.StartsWith("| summarize", StringComparison.Ordinal));
        Assert.NotEmpty(rule.Dimensions);
        Assert.All(rule.Dimensions, dimension => Assert.Matches($@"\b{dimension}\b", given));
    });

    [Fact]
    public void Every_rule_has_its_section_with_its_severity_and_the_page_has_no_other()
    {
        var page = DocsPage.Read("docs/alerts.md");
        Assert.Equal(Rules.Select(rule => rule.Display), page.Headings.Skip(1));
        Assert.All(Rules, rule =>
        {
            var section = page.Section(rule.Display).Text;
            Assert.Contains($"\n`{rule.Name}`, severity {rule.Severity}.", section, StringComparison.Ordinal);
            Assert.Matches(@"\nFires ", section);
            Assert.Matches(@"\n1\. ", section);
            Assert.Matches(@"\nResolves ", section);
        });
    }

    private sealed record AlertRule(string Name, string Display, int Severity, string Window, string[] Dimensions);

    [GeneratedRegex(@"name: '(?<name>[\w-]+)'\n\s+display: '(?<display>[^']+)'\n\s+severity: (?<severity>\d)\n\s+window: '(?<window>\w+)'\n\s+dimensions: \[(?<dimensions>[^\]]*)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RuleBlock();

    [GeneratedRegex(@"ago\((?<time>\w+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ago();

    [GeneratedRegex("(?<=')\\w+(?=')", RegexOptions.None, 1000)]
    private static partial Regex Word();
}
