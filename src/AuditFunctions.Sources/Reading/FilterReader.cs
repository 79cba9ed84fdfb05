using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>filter</c>: which items of a list count.</summary>
internal static class FilterReader
{
    /// <summary>Each condition's path, and the values of which one must stand there.</summary>
    public static IReadOnlyList<(JsonPath Path, IReadOnlyList<string> Values)> Read(SettingReader reader)
    {
        var conditions = new List<(JsonPath, IReadOnlyList<string>)>();
        foreach (var node in reader.List("filter"))
        {
            if (node is not SettingMap map)
            {
                reader.Problems.Add(reader.At("filter"), "must be a list such as [{ path: state, is: ACTIVE }].");
                continue;
            }

            var condition = reader.Item("filter", map);
            if (ReadCondition(condition, "that counts") is ({ } path, var values))
            {
                conditions.Add((path, values));
            }
        }

        return conditions;
    }

    /// <summary>Reads one condition: a path, and the values of which one must stand there.</summary>
    /// <param name="condition">Its map.</param>
    /// <param name="says">What the values say, for whoever left them out.</param>
    public static (JsonPath? Path, IReadOnlyList<string> Values) ReadCondition(SettingReader condition, string says)
    {
        condition.Required("path");
        var values = condition.Texts("is");
        var path = condition.Path("path");
        if (values.Count == 0)
        {
            condition.Problems.Add(condition.At("is"), $"is missing: the value, or a list of values, {says}.");
        }

        condition.Finish();
        return (path, values);
    }
}
