using System.Text.RegularExpressions;
using System.Xml;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Infra.Tools;

namespace AuditFunctions.Tests.Infra;

/// <summary>The alert rules as Bicep makes them.</summary>
public sealed partial class AlertRuleTests
{
    // What a log alert rule may be given (https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule, read 2026-11-21).
    private static readonly string[] Windows = ["PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "P1D", "P2D"];

    [Fact]
    public async Task There_is_one_for_every_query() =>
        Assert.Equal(
            QueryText.Names.Where(name => name.StartsWith("alerts/", StringComparison.Ordinal)),
            (await RulesAsync()).Select(rule => $"alerts/{rule.Name}.kql").Order(StringComparer.Ordinal));

    [Fact]
    public async Task Unwatched_there_is_none_and_no_workbook()
    {
        var snapshot = await Snapshot.OfAsync(Snapshot.Least);

        Assert.Empty(snapshot.All("Microsoft.Insights/scheduledQueryRules"));
        Assert.Empty(snapshot.All("Microsoft.Insights/workbooks"));
    }

    [Fact]
    public async Task They_tell_those_that_are_named()
    {
        var nobody = await Snapshot.OfAsync();
        var everybody = await Snapshot.OfAsync(Snapshot.Everything);

        Assert.Empty(nobody.All("Microsoft.Insights/actionGroups"));
        Assert.All(nobody.All("Microsoft.Insights/scheduledQueryRules"), rule =>
            Assert.Equal("[]", rule.Text("properties.actions.actionGroups")));
        var mail = everybody.One("Microsoft.Insights/actionGroups");
        Assert.Contains("\"soc@example.com\"", mail.Properties.ToString(), StringComparison.Ordinal);
        Assert.All(everybody.All("Microsoft.Insights/scheduledQueryRules"), rule => Assert.Equal(
            [mail.Id, "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/actionGroups/pager"],
            rule.Properties.GetProperty("actions").GetProperty("actionGroups").EnumerateArray().Select(group => group.GetString())));
    }

    [Fact]
    public async Task They_fire_on_the_first_row_of_the_workspace()
    {
        var snapshot = await Snapshot.OfAsync();
        var workspace = snapshot.One("Microsoft.OperationalInsights/workspaces").Id;

        Assert.All(snapshot.All("Microsoft.Insights/scheduledQueryRules"), rule =>
        {
            Assert.Equal(workspace, Assert.Single(rule.Properties.GetProperty("scopes").EnumerateArray()).GetString());
            Assert.Equal("True", rule.Text("properties.enabled"));
            var criterion = Assert.Single(rule.Properties.GetProperty("criteria").GetProperty("allOf").EnumerateArray());
            Assert.Equal(("Count", "GreaterThan", 0), (
                criterion.GetProperty("timeAggregation").GetString(), criterion.GetProperty("operator").GetString(),
                    criterion.GetProperty("threshold").GetInt32()));
        });
    }

    [Fact]
    public async Task Limits_are_those_of_the_parameters()
    {
        var rules = await RulesAsync(Snapshot.Everything);

        Assert.All(rules, rule => Assert.Equal("PT5M", rule.Frequency));
        var late = rules.Single(rule => rule.Name == "delivery-time").Query;
        Assert.Contains("where p95Seconds > 420\n", late, StringComparison.Ordinal);
        Assert.Contains("dynamic([\"salesforce\",\"workday\"])", late, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Their_windows_are_such_as_Azure_takes_and_as_long_as_their_queries_look_back()
    {
        var frequencies = (await Template.ReadAsync()).Parameters.Single(parameter => parameter.Name == "alertFrequency")
            .Value.GetProperty("allowedValues");
        var longest = frequencies.EnumerateArray().Max(value => XmlConvert.ToTimeSpan(value.GetString()!));
        Assert.All(await RulesAsync(), rule =>
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
    public async Task A_state_is_looked_for_in_more_than_two_of_its_records() =>
        Assert.All(
            (await RulesAsync()).Where(rule => QueryText.Read($"alerts/{rule.Name}.kql").Metrics.Contains("auditfunctions.source.state")),
            rule => Assert.True(XmlConvert.ToTimeSpan(rule.Window) >= 3 * TickGauges.Every));

    [Fact]
    public async Task What_they_tell_apart_is_what_their_queries_give() => Assert.All(await RulesAsync(), rule =>
    {
        var lines = QueryText.Read($"alerts/{rule.Name}.kql").Code.Split('\n');
        var given = lines.LastOrDefault(line => line.StartsWith("| project", StringComparison.Ordinal)) ?? lines.Last(line => line.StartsWith("| summarize", StringComparison.Ordinal));
        Assert.NotEmpty(rule.Dimensions);
        Assert.All(rule.Dimensions, dimension => Assert.Matches($@"\b{dimension}\b", given));
    });

    [Fact]
    public async Task Every_rule_has_its_section_with_its_severity_and_the_page_has_no_other()
    {
        var rules = await RulesAsync();
        var page = DocsPage.Read("docs/alerts.md");
        Assert.Equal(rules.Select(rule => rule.Display), page.Headings.Skip(1));
        Assert.All(rules, rule =>
        {
            var section = page.Section(rule.Display).Text;
            Assert.Contains($"\n`{rule.Name}`, severity {rule.Severity}.", section, StringComparison.Ordinal);
            Assert.Matches(@"\nFires ", section);
            Assert.Matches(@"\n1\. ", section);
            Assert.Matches(@"\nResolves ", section);
        });
    }

    private static async Task<AlertRule[]> RulesAsync(string parameters = "")
    {
        var snapshot = await Snapshot.OfAsync(parameters);
        var suffix = snapshot.One("Microsoft.Web/sites").Name["func-".Length..];
        return [.. snapshot.All("Microsoft.Insights/scheduledQueryRules").Select(rule =>
        {
            var criterion = Assert.Single(rule.Properties.GetProperty("criteria").GetProperty("allOf").EnumerateArray());
            return new AlertRule(
                rule.Name[(suffix.Length + 1)..],
                rule.Text("properties.displayName")["AuditFunctions: ".Length..],
                rule.Properties.GetProperty("severity").GetInt32(),
                rule.Text("properties.windowSize"),
                rule.Text("properties.evaluationFrequency"),
                [.. criterion.GetProperty("dimensions").EnumerateArray().Select(dimension => dimension.GetProperty("name").GetString()!)],
                criterion.GetProperty("query").GetString()!);
        })];
    }

    private sealed record AlertRule(string Name, string Display, int Severity, string Window, string Frequency, string[] Dimensions,
        string Query);

    [GeneratedRegex(@"ago\((?<time>\w+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ago();
}
