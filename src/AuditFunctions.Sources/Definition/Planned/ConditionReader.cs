using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Definition.Planned;

/// <summary>Checks a condition on an event: a path with one test, or <c>all</c>, <c>any</c>, <c>not</c> of conditions.</summary>
internal static class ConditionReader
{
    private static readonly string[] Tests = ["is", "in", "startsWith", "contains", "exists"];

    public static void Read(SettingReader condition)
    {
        string[] joins = ["all", "any"];
        if (condition.Map("not") is { } not)
        {
            Read(not);
        }
        else if (joins.Any(condition.Has))
        {
            foreach (var join in joins)
            {
                PlannedValues.Maps(condition, join, Read);
            }
        }
        else
        {
            PlannedValues.RequiredPath(condition, "path");
            condition.Template("is");
            condition.Texts("in");
            condition.Template("startsWith");
            condition.Template("contains");
            condition.Flag("exists");
            if (Tests.Count(condition.Has) != 1)
            {
                condition.Problems.Add(condition.Where, $"must have one of {string.Join(", ", Tests)}.");
            }
        }

        condition.Finish();
    }
}
