using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Definition.Planned;

/// <summary>Checks <c>processors</c>: what is done to each event, in order; one action each, with a condition if need be.</summary>
internal static class ProcessorsReader
{
    private static readonly string[] Actions = ["split", "keep", "drop", "redact", "hash", "rename", "set", "remove", "parse"];

    public static void Read(SettingReader reader) => PlannedValues.Maps(reader, "processors", ReadOne);

    private static void ReadOne(SettingReader processor)
    {
        if (Actions.Count(processor.Has) != 1)
        {
            processor.Problems.Add(processor.Where, $"must have one of {string.Join(", ", Actions)}.");
        }

        PlannedValues.Path(processor, "split");
        foreach (var paths in new[] { "redact", "hash", "remove", "parse" })
        {
            PlannedValues.Paths(processor, paths);
        }

        PlannedValues.NamedPaths(processor, "rename");
        PlannedValues.NamedTemplates(processor, "set");
        foreach (var condition in new[] { "keep", "drop", "when" })
        {
            if (processor.Map(condition) is { } map)
            {
                ConditionReader.Read(map);
            }
        }

        if (processor.Has("hash"))
        {
            PlannedValues.RequiredTemplate(processor, "key");
        }
    }
}
