using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>errors</c>.</summary>
internal static class ErrorsReader
{
    private static readonly string[] OfPages = ["retry", "throttle", "refuse", "empty", "restart", "ignore", "gone", "rest"];

    /// <summary>Reads the rules; those that apply to good answers ask for their paths in each page.</summary>
    public static ErrorRules Read(SettingReader reader, PageFields fields) => Read(reader, fields, OfPages);

    /// <summary>Reads the rules of requests that are not for events.</summary>
    /// <param name="reader">The map that holds them.</param>
    /// <param name="fields">Takes the paths that are looked at in each good answer.</param>
    /// <param name="actions">The actions that they may name, the usual one first.</param>
    public static ErrorRules Read(SettingReader reader, PageFields fields, IReadOnlyList<string> actions)
    {
        var (rules, paths) = (new List<ErrorRule>(), new List<JsonPath>());
        foreach (var node in reader.List("errors"))
        {
            if (node is SettingMap map)
            {
                var item = reader.Item("errors", map);
                var rule = ReadRule(item, fields, paths, actions);
                if (rules.Find(before => before.Covers(rule)) is { } first)
                {
                    item.Problems.Add(item.At(item.Has("status") ? "status" : item.Has("header") ? "header" : "path"), $"never applies: the rule before it for {first} decides. Put the more exact one first.");
                }

                rules.Add(rule);
                item.Finish();
            }
            else
            {
                reader.Problems.Add(reader.At("errors"), "must be a list such as [{ path: success, is: false }].");
            }
        }

        return rules.Count == 0 ? ErrorRules.None : new ErrorRules(rules, ErrorRules.PlanOf(paths))
        {
            ShapedPlan = ErrorRules.PlanOf([.. paths.Select(path => JsonPath.Parse(ShapedPage.Below(path.ToString())))]),
        };
    }

    private static ErrorRule ReadRule(SettingReader rule, PageFields fields, List<JsonPath> paths, IReadOnlyList<string> actions)
    {
        var status = rule.Integer("status", 200, 599);
        var place = ErrorSignReader.Read(rule);
        if (status is null && place is null && !rule.Has("status"))
        {
            rule.Problems.Add(rule.At("path"), "is missing: by a 'status', a 'path' in the body or a 'header' the rule says which answers it is for.");
        }

        var action = rule.Choice("action", [.. actions]) switch
        {
            "throttle" => ErrorAction.Throttle,
            "refuse" => ErrorAction.Refuse,
            "empty" => ErrorAction.Empty,
            "restart" => ErrorAction.Restart,
            "ignore" => ErrorAction.Ignore,
            "gone" => ErrorAction.Gone,
            "rest" => ErrorAction.Rest,
            "skip" => ErrorAction.Skip,
            _ => ErrorAction.Retry,
        };
        if (action == ErrorAction.Ignore && status is >= 300)
        {
            rule.Problems.Add(rule.At("action"), "is 'ignore', but an answer with an error status is no page; say 'empty' where it means that there are no events.");
        }

        if (rule.Has("wait") && action != ErrorAction.Throttle)
        {
            rule.Problems.Add(rule.At("wait"), "is for 'action: throttle'.");
        }

        var from = rule.Map("from");
        if (from is not null && action != ErrorAction.Restart)
        {
            rule.Problems.Add(rule.At("from"), "is for 'action: restart'.");
        }

        var isOfPage = status is null or < 300;
        return new ErrorRule(status, place, action)
        {
            PageField = isOfPage ? fields.AddOptional(rule, "path") : -1,
            WaitPageField = isOfPage ? fields.AddOptional(rule, "wait") : -1,
            FromPageField = isOfPage && from is not null ? fields.AddOptional(from, "path") : -1,
            BodyField = Field(rule, "path", paths),
            WaitField = Field(rule, "wait", paths),
            From = from is null ? null : KeptTimeReader.Read(from, paths),
        };
    }

    private static int Field(SettingReader rule, string key, List<JsonPath> paths)
    {
        if (rule.Path(key) is not { } path)
        {
            return -1;
        }

        paths.Add(path);
        return paths.Count - 1;
    }
}
