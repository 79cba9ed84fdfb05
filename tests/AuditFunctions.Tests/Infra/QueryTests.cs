using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using AuditFunctions.Pipeline.Hosting;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Tests.Infra;

/// <summary>What the queries of the workbook and the alerts name is what the code emits.</summary>
public sealed partial class QueryTests
{
    // Columns of the tables of a workspace-based Application Insights
    // (https://learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces and its neighbours, read 2026-11-21).
    private static readonly Dictionary<string, string[]> Columns = new(StringComparer.Ordinal)
    {
        ["AppMetrics"] = ["TimeGenerated", "Name", "Sum", "Min", "Max", "ItemCount", "Properties"],
        ["AppTraces"] = ["TimeGenerated", "Message", "SeverityLevel", "OperationId", "Properties"],
        ["AppExceptions"] = ["TimeGenerated", "OuterMessage", "ProblemId", "SeverityLevel", "ItemCount", "OperationId", "Properties"],
        ["AppRequests"] = ["TimeGenerated", "Name", "Success", "DurationMs", "ItemCount", "OperationId", "Id", "ParentId", "Properties"],
        ["AppDependencies"] = ["TimeGenerated", "Name", "Success", "DurationMs", "ItemCount", "OperationId", "Id", "ParentId", "Properties"],
        ["Usage"] = ["TimeGenerated", "Quantity", "IsBillable"],
    };

    public static TheoryData<string> Files => [.. Names];

    private static string[] Names => [.. Directory.EnumerateFiles(Path.Combine(BicepText.Folder, "queries"), "*.kql", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Path.Combine(BicepText.Folder, "queries"), path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_it_names_is_emitted(string file)
    {
        var query = Code(file);
        var metrics = EveryMetric.Recorded();
        var named = MetricName().Matches(query).Select(match => match.Value).Distinct(StringComparer.Ordinal).ToArray();
        Assert.Empty(named.Where(name => name.EndsWith('.') ? !metrics.Keys.Any(known => known.StartsWith(name, StringComparison.Ordinal)) : !metrics.ContainsKey(name)));

        var logs = LogMessages();
        var ids = EventId().Matches(query).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture)).ToHashSet();
        Assert.Empty(ids.Where(id => !logs.ContainsKey(id)));

        // A dimension of each metric, in lower case; a value of a log message, with a capital. By level all messages are asked for.
        var properties = Property().Matches(query).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToArray();
        var dimensions = named.SelectMany(name => metrics.Where(known => known.Key.StartsWith(name, StringComparison.Ordinal)).SelectMany(known => known.Value)).ToHashSet(StringComparer.Ordinal);
        var values = (ids.Count > 0 && !query.Contains("SeverityLevel", StringComparison.Ordinal) ? logs.Where(log => ids.Contains(log.Key)) : logs).SelectMany(log => log.Value).Append("EventId").ToHashSet(StringComparer.Ordinal);
        var tags = Activity().IsMatch(query) ? EveryActivity.Tags() : [];
        Assert.Empty(properties.Where(name => !(char.IsUpper(name[0]) ? values : dimensions.Concat(tags)).Contains(name)));
        Assert.Empty(Activity().Matches(query).Select(match => match.Groups["name"].Value).Except(EveryActivity.Names()));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void It_says_what_it_shows_and_what_it_reads(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(BicepText.Folder, "queries", file));
        var comments = string.Join(' ', lines.TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)));
        Assert.Contains("Reads: ", comments, StringComparison.Ordinal);
        var query = Code(file);
        var tables = Table().Matches(query).Select(match => match.Value).Distinct(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(tables);
        Assert.All(tables, table => Assert.True(Columns.ContainsKey(table) && comments.Contains(table, StringComparison.Ordinal), $"{table} is unknown or not among what it reads."));
        Assert.All(Properties(query).Concat(MetricName().Matches(query).Select(match => match.Value).Where(name => !name.EndsWith('.'))), name => Assert.Contains(name, comments, StringComparison.Ordinal));
        Assert.All(
            Columns.Values.SelectMany(columns => columns).Distinct(StringComparer.Ordinal).Where(column => Regex.IsMatch(query, $@"(?<![\w.]){column}\b(?!\s*=[^=])", RegexOptions.None, TimeSpan.FromSeconds(1)) && column is not ("Properties" or "Min" or "Max")),
            column => Assert.True(tables.Any(table => Columns[table].Contains(column, StringComparer.Ordinal)), $"No table of it has {column}."));
        foreach (var (open, close) in new[] { ('(', ')'), ('[', ']'), ('{', '}') })
        {
            Assert.Equal(query.Count(sign => sign == open), query.Count(sign => sign == close));
        }

        Assert.Equal(0, query.Count(sign => sign == '\'') % 2);
    }

    [Fact]
    public void Every_query_is_used_once_and_no_other_stands_in_Bicep()
    {
        var loaded = BicepText.All().SelectMany(file => Loaded().Matches(file.Code).Select(match => match.Groups["path"].Value)).ToArray();
        Assert.Equal(Names, loaded.Order(StringComparer.Ordinal));
        Assert.DoesNotMatch(Table(), string.Join('\n', BicepText.All().Select(file => file.Code)));
    }

    [Fact]
    public void Every_placeholder_is_filled_in()
    {
        var alerts = BicepText.Read("modules/alerts.bicep").Code;
        Assert.All(Names, file => Assert.All(Placeholder().Matches(Code(file)).Select(match => match.Value), placeholder =>
        {
            if (file.StartsWith("alerts", StringComparison.Ordinal))
            {
                Assert.Contains($"'{placeholder}'", alerts, StringComparison.Ordinal);
            }
            else
            {
                Assert.Contains(placeholder, new[] { "{Source}", "{TimeRange:grain}", "{TimeRange:start}", "{TimeRange:end}" });
            }
        }));
    }

    [Fact]
    public void The_columns_that_rules_tell_apart_are_those_that_their_queries_give()
    {
        var rules = Rule().Matches(BicepText.Read("modules/alerts.bicep").Code);
        Assert.Equal(Names.Count(name => name.StartsWith("alerts", StringComparison.Ordinal)), rules.Count);
        Assert.All(rules, rule =>
        {
            var query = Code($"alerts/{rule.Groups["name"].Value}.kql");
            var lines = query.Split('\n');
            var given = lines.LastOrDefault(line => line.StartsWith("| project", StringComparison.Ordinal)) ?? lines.Last(line => line.StartsWith("| summarize", StringComparison.Ordinal));
            Assert.All(Regex.Matches(rule.Groups["dimensions"].Value, "'(?<name>\\w+)'", RegexOptions.None, TimeSpan.FromSeconds(1)), dimension =>
                Assert.Matches($@"\b{dimension.Groups["name"].Value}\b", given));
        });
    }

    [Fact]
    public void Every_rule_has_its_section_and_the_page_has_no_other()
    {
        var rules = Rule().Matches(BicepText.Read("modules/alerts.bicep").Code).Select(rule => (Title: rule.Groups["display"].Value, Name: rule.Groups["name"].Value)).ToArray();
        var page = DocsPage.Read("docs/alerts.md");
        Assert.Equal(rules.Select(rule => rule.Title), page.Headings.Skip(1));
        Assert.All(rules, rule => Assert.Contains($"`{rule.Name}`", page.Section(rule.Title).Text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_has_every_query_as_it_stands()
    {
        var page = DocsPage.Read("docs/queries.md");
        Assert.Equal(Names, page.Headings.Where(heading => heading.EndsWith(".kql", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(Names, file => Assert.Contains(
            $"```kusto\n{File.ReadAllText(Path.Combine(BicepText.Folder, "queries", file)).TrimEnd()}\n```", page.Section(file).Text, StringComparison.Ordinal));
    }

    private static string Code(string file) => string.Join('\n', File.ReadAllLines(Path.Combine(BicepText.Folder, "queries", file)).Where(line => !line.StartsWith("//", StringComparison.Ordinal)));

    private static IEnumerable<string> Properties(string query) => Property().Matches(query).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    // Ids and the names of the values of every log message that the function app can write.
    private static Dictionary<int, string[]> LogMessages() => new[] { typeof(PipelineServices).Assembly, typeof(Schedule).Assembly }
        .SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
        .OfType<LoggerMessageAttribute>()
        .ToDictionary(message => message.EventId, message => Value().Matches(message.Message ?? "").Select(match => match.Groups["name"].Value).ToArray());

    [GeneratedRegex(@"auditfunctions\.[a-z_.]+", RegexOptions.None, 1000)]
    private static partial Regex MetricName();

    [GeneratedRegex(@"Properties\.(?<name>\w+)", RegexOptions.None, 1000)]
    private static partial Regex Property();

    [GeneratedRegex(@"(?<=['(]|, |== |\.\. )[1-5]\d{3}(?=['), \n]|$)", RegexOptions.None, 1000)]
    private static partial Regex EventId();

    [GeneratedRegex(@"(?<=Name (?:in \(|== )(?:'\w+', )*)'(?<name>\w+)'", RegexOptions.None, 1000)]
    private static partial Regex Activity();

    [GeneratedRegex(@"\b(App[A-Z]\w+|Usage|AzureMetrics)\b", RegexOptions.None, 1000)]
    private static partial Regex Table();

    [GeneratedRegex(@"loadTextContent\('\.\./queries/(?<path>[\w/-]+\.kql)'\)", RegexOptions.None, 1000)]
    private static partial Regex Loaded();

    [GeneratedRegex(@"\{[A-Za-z:]+\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"name: '(?<name>[\w-]+)'\n\s+display: '(?<display>[^']+)'[\s\S]*?dimensions: \[(?<dimensions>[^\]]*)\]", RegexOptions.None, 1000)]
    private static partial Regex Rule();

    [GeneratedRegex(@"\{(?<name>\w+)[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Value();
}
