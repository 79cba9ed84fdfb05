using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>steps</c>.</summary>
internal static class StepsReader
{
    private const int MaxSteps = 5;
    private static readonly string[] Actions = ["retry", "throttle", "refuse", "rest", "ignore"];
    private static readonly TimeSpan UsualLife = TimeSpan.FromDays(1);

    /// <summary>Reads the steps, in order.</summary>
    /// <param name="reader">The definition.</param>
    /// <param name="baseUrl">Where the vendor is, a text with placeholders.</param>
    /// <param name="columns">The row: its column <c>baseUrl</c> says where everything is.</param>
    /// <param name="secrets">The row's secrets, by placeholder.</param>
    public static IReadOnlyList<StepDefinition> Read(SettingReader reader, string baseUrl, RowColumns columns, IReadOnlyCollection<string> secrets)
    {
        if (reader.Map("steps") is not { } map)
        {
            return [];
        }

        var isMoved = columns.Text(SourceColumns.BaseUrl) is not null;
        var steps = new List<StepDefinition>();
        foreach (var (name, node) in map.All())
        {
            if (!ResourceName.IsValid(name))
            {
                map.Problems.Add(map.At(name), $"'{name}' is no name; allowed: {ResourceName.Allowed}.");
            }

            if (node is SettingMap step)
            {
                steps.Add(ReadStep(name, map.Item(name, step), baseUrl, isMoved, secrets));
            }
            else
            {
                map.Problems.Add(map.At(name), "must be a step, such as { request: { path: /whoami }, capture: { tenant: id } }.");
            }
        }

        if (steps.Count is 0 or > MaxSteps)
        {
            reader.Problems.Add(reader.At("steps"), $"has {steps.Count} steps; allowed: 1 to {MaxSteps}.");
        }

        foreach (var twice in steps.SelectMany(step => step.Captures).GroupBy(capture => capture.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            reader.Problems.Add(reader.At("steps"), $"captures '{twice.Key}' twice.");
        }

        CheckUse(reader, baseUrl, steps);
        return steps;
    }

    private static StepDefinition ReadStep(string name, SettingReader reader, string baseUrl, bool isMoved, IReadOnlyCollection<string> secrets)
    {
        var own = reader.Has("baseUrl") ? BaseUrlReader.Read(reader, columns: null) : baseUrl;
        var read = RequestReader.Required(reader, "request", "the request that the step makes.", isMoved ? baseUrl : own, secrets);
        foreach (var placeholder in read.Placeholders().Where(one => one is RunPlaceholders.PageSize || RunPlaceholders.IsOfPaging(one)).Distinct())
        {
            reader.Problems.Add(reader.At("request"), $"uses '{{{placeholder}}}', which is of a page and has no value before it.");
        }

        var paths = new List<JsonPath>();
        var captures = CapturesReader.Read(reader, paths);
        var errorPaths = new List<JsonPath>();
        var accepted = ReadAccepted(reader, errorPaths);
        if (accepted.Count > 0 && captures.Count > 0)
        {
            reader.Problems.Add(reader.At("accept"), "is for a step that captures nothing: an error holds none of it.");
        }

        var step = new StepDefinition(name, read)
        {
            Life = reader.Duration("life", TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)) ?? UsualLife,
            Authenticates = reader.Flag("authenticate") ?? true,
            Captures = captures,
            Plan = ErrorRules.PlanOf(paths),
            Accepted = accepted,
            ErrorPlan = ErrorRules.PlanOf(errorPaths),
            Errors = ErrorsReader.Read(reader, new PageFields(), Actions),
            AgainAfter = ReadStatuses(reader),
        };
        reader.Finish();
        return step;
    }

    private static List<ErrorRule> ReadAccepted(SettingReader reader, List<JsonPath> paths)
    {
        var accepted = new List<ErrorRule>();
        foreach (var node in reader.List("accept"))
        {
            if (node is not SettingMap map)
            {
                reader.Problems.Add(reader.At("accept"), "must be a list such as [{ status: 400, path: error.code, is: AF20024 }].");
                continue;
            }

            var rule = reader.Item("accept", map);
            var status = rule.Integer("status", 300, 599);
            if (status is null)
            {
                rule.Required("status");
            }

            accepted.Add(new ErrorRule(status ?? 0, ErrorSignReader.Read(rule), ErrorAction.Empty) { BodyField = CapturesReader.Add(paths, rule.Path("path")) });
            rule.Finish();
        }

        return accepted;
    }

    private static List<int> ReadStatuses(SettingReader reader)
    {
        var statuses = new List<int>();
        foreach (var text in reader.Texts("againAfter"))
        {
            if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 599)
            {
                statuses.Add(status);
            }
            else
            {
                reader.Problems.Add(reader.At("againAfter"), $"is '{text}'; allowed: statuses of errors, 400 to 599.");
            }
        }

        return statuses;
    }

    // A step may use what those before it captured; an address must say at which hosts it may be.
    private static void CheckUse(SettingReader reader, string baseUrl, List<StepDefinition> steps)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            foreach (var unknown in step.Request.Placeholders().Select(RunPlaceholders.CaptureOf).OfType<string>().Where(name => !known.Contains(name)).Distinct(StringComparer.Ordinal))
            {
                reader.Problems.Add(reader.At("steps"), $"'{step.Name}' uses '{{step.{unknown}}}', which no step before it captures.{Nearest.Question(unknown, known)}");
            }

            known.UnionWith(step.Captures.Select(capture => capture.Name));
        }

        if (TextTemplate.Parse(baseUrl).Parts is [{ Name: { } first }, ..] && RunPlaceholders.CaptureOf(first) is { } address
            && steps.SelectMany(step => step.Captures).FirstOrDefault(capture => capture.Name == address) is { Hosts.Count: 0 })
        {
            reader.Problems.Add(reader.At("steps"), $"captures '{address}', which stands in 'baseUrl': say with 'hosts' where it may lead, such as {{ path: apiHost, hosts: [\"*.example.com\"] }}.");
        }
    }
}
