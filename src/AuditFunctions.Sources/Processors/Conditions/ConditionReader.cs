using AuditFunctions.Configuration;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Conditions;

/// <summary>Reads <c>when</c>: a map with a path and comparisons that must all hold, or with <c>all</c>, <c>any</c> or <c>not</c>.</summary>
internal static class ConditionReader
{
    private const int DeepestNesting = 8;

    private static readonly string[] Combining = ["all", "any", "not"];

    /// <summary>Reads a key; null when it is absent or wrong.</summary>
    public static ICondition? Read(SettingReader reader, string key) => Read(reader, key, 0);

    private static ICondition? Read(SettingReader reader, string key, int depth)
    {
        if (reader.Map(key) is not { } map)
        {
            return null;
        }

        if (depth >= DeepestNesting)
        {
            reader.Problems.Add(reader.At(key), $"is nested more than {DeepestNesting} levels deep.");
            return null;
        }

        string[] combined = [.. Combining.Where(map.Has)];
        if (combined.Length > 1 || (combined.Length == 1 && map.Has("path")))
        {
            reader.Problems.Add(reader.At(key), "takes one of path, all, any and not; put the others below an 'all'.");
            return null;
        }

        var condition = combined.Length == 0 ? ReadField(map)
            : combined[0] == "not" ? Negated(Read(map, "not", depth + 1))
            : ReadList(map, combined[0], depth);
        map.Finish();
        return condition;
    }

    private static Combination? Negated(ICondition? condition) => condition is null ? null : new Combination(Combination.Kind.None, [condition]);

    private static Combination? ReadList(SettingReader map, string key, int depth)
    {
        var items = map.List(key);
        var conditions = new List<ICondition>();
        for (var at = 0; at < items.Count; at++)
        {
            var name = $"{key}[{at}]";
            var one = new SettingReader(new SettingMap(items[at].Line, [new(name, items[at])]), map.Where, map.Problems);
            if (Read(one, name, depth + 1) is { } condition)
            {
                conditions.Add(condition);
            }
        }

        if (items.Count == 0)
        {
            map.Problems.Add(map.At(key), "is empty: list one condition or more.");
        }

        return conditions.Count == items.Count && items.Count > 0 ? new Combination(key == "all" ? Combination.Kind.All : Combination.Kind.Any, conditions) : null;
    }

    private static ICondition? ReadField(SettingReader map)
    {
        var before = map.Problems.Found.Count;
        var path = map.Field("path");
        var comparisons = new ComparisonReader(map).Read();
        var other = map.Has("sameAs") ? map.Field("sameAs") : null;
        var exists = map.Flag("exists");
        if (exists is null && other is null && comparisons.Count == 0 && map.Problems.Found.Count == before)
        {
            map.Problems.Add(map.At("path"), $"is compared with nothing; allowed: {ComparisonReader.Allowed}.");
        }
        else if (exists == false && (other is not null || comparisons.Count > 0))
        {
            map.Problems.Add(map.At("exists"), "is false, and what is not there cannot be compared.");
        }

        return map.Problems.Found.Count > before ? null
            : other is not null ? new SameAs(path, other, comparisons, map.Flag("ignoreCase") ?? false)
            : comparisons.Count == 0 ? new Existence(path, exists ?? true)
            : new FieldCondition(path, comparisons);
    }
}
