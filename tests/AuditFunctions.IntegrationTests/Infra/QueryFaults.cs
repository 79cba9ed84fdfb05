using System.Globalization;
using System.Text.RegularExpressions;
using AuditFunctions.Tests.Telemetry;

namespace AuditFunctions.Tests.Infra;

/// <summary>What is wrong with a query: held against what the code really emits, and against its own comment.</summary>
internal static class QueryFaults
{
    // What the exporter adds to the values of a log message
    // (https://github.com/Azure/azure-sdk-for-net: sdk/monitor/Azure.Monitor.OpenTelemetry.Exporter/src/Internals/LogsHelper.cs, read 2026-11-21).
    private static readonly string[] OfTheExporter = ["EventId", "CategoryName"];

    public static string[] Of(string text)
    {
        var query = QueryText.Of(text);
        return [.. OfMetrics(query), .. OfLogs(query), .. OfProperties(query), .. OfWords(query), .. OfComment(query)];
    }

    private static IEnumerable<string> OfMetrics(QueryText query)
    {
        var metrics = EveryMetric.Recorded();
        foreach (var name in query.Metrics.Where(name => Meant(metrics.Keys, name).Length == 0))
        {
            yield return $"metric {name} does not exist";
        }

        // A gauge or a counter is a sum: the exporter gives it no least, no most and no number.
        var named = query.Metrics.SelectMany(name => Meant(metrics.Keys, name)).ToArray();
        foreach (var column in new[] { "Min", "Max", "ItemCount" }.Where(column => Regex.IsMatch(query.Bare, $@"(?<![\w.]){column}\b", RegexOptions.None, TimeSpan.FromSeconds(1))))
        {
            if (named.Except(EveryMetric.Histograms()).Any())
            {
                yield return $"{column} of a metric that is no histogram";
            }
        }
    }

    private static IEnumerable<string> OfLogs(QueryText query)
    {
        foreach (var id in query.Events)
        {
            if (!EveryLog.Messages.TryGetValue(id, out var message))
            {
                yield return $"log event {id} does not exist";
            }
            else if (!query.Tables.Contains(message.HasException ? "AppExceptions" : "AppTraces"))
            {
                yield return $"log event {id} is in none of its tables";
            }
        }
    }

    // A dimension of a metric or of an activity begins in lower case, a value of a log message with a capital. Who asks by level asks for every message.
    private static IEnumerable<string> OfProperties(QueryText query)
    {
        var metrics = EveryMetric.Recorded();
        var asked = query.Events.Any() && !query.Code.Contains("SeverityLevel", StringComparison.Ordinal) ? query.Events.Where(EveryLog.Messages.ContainsKey) : EveryLog.Messages.Keys;
        var values = asked.SelectMany(id => EveryLog.Messages[id].Values).Concat(OfTheExporter);
        var dimensions = query.Metrics.SelectMany(name => Meant(metrics.Keys, name)).SelectMany(name => metrics[name]).Concat(query.Activities.Any() ? EveryActivity.Tags() : []);
        return query.Properties.Except(values).Except(dimensions).Select(name => $"property {name} is in nothing that it reads")
            .Concat(query.Activities.Except(EveryActivity.Names()).Select(name => $"activity {name} does not exist"));
    }

    private static IEnumerable<string> OfWords(QueryText query) =>
        new[] { "state", "outcome", "queue" }.SelectMany(dimension => query.ComparedWith(dimension).Except(EveryMetric.Words(dimension)).Select(word => $"{dimension} is never '{word}'"));

    private static IEnumerable<string> OfComment(QueryText query)
    {
        if (!query.Comments.Contains("Reads: ", StringComparison.Ordinal))
        {
            yield return "its comment does not say what it reads";
        }

        var read = query.Tables.Concat(query.Properties).Concat(query.Metrics.Where(name => !name.EndsWith('.'))).Concat(query.Activities)
            .Concat(query.Events.Select(id => id.ToString(CultureInfo.InvariantCulture)));
        foreach (var name in read.Where(name => !query.Comments.Contains(name, StringComparison.Ordinal)))
        {
            yield return $"its comment does not name {name}";
        }
    }

    private static string[] Meant(IEnumerable<string> metrics, string name) => [.. metrics.Where(known => name.EndsWith('.') ? known.StartsWith(name, StringComparison.Ordinal) : known == name)];
}
