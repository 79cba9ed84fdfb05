using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Definition.Planned;

/// <summary>
/// Checks <c>partitions</c>: dimensions by name, listed, given by a parameter or asked for; a partition is one of their combinations and its
/// values are <c>{partition.name}</c>.
/// </summary>
internal static class PartitionsReader
{
    public static void Read(SettingReader reader, PlannedRequests requests)
    {
        foreach (var (name, _) in reader.All())
        {
            if (reader.Map(name) is { } dimension)
            {
                ReadDimension(dimension, requests);
                dimension.Finish();
            }
        }
    }

    private static void ReadDimension(SettingReader dimension, PlannedRequests requests)
    {
        string[] ways = ["values", "parameter", "request"];
        if (ways.Count(dimension.Has) != 1)
        {
            dimension.Problems.Add(dimension.Where, "must have one of values, parameter and request.");
        }

        if (dimension.Has("request"))
        {
            requests.Required(dimension);
            PlannedValues.RequiredPath(dimension, "path");
            PlannedValues.Path(dimension, "value");
            PlannedValues.NamedPaths(dimension, "capture");
            dimension.Duration("every", TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
            if (dimension.Map("filter") is { } filter)
            {
                ConditionReader.Read(filter);
            }

            return;
        }

        dimension.Text("parameter");
        foreach (var node in dimension.List("values"))
        {
            if (node is SettingMap map)
            {
                var value = dimension.Item("values", map);
                value.Required("value");
                value.Duration("lag", TimeSpan.Zero, TimeSpan.FromDays(7));
                value.Duration("interval", TimeSpan.FromSeconds(10), TimeSpan.FromDays(7));
                value.Finish();
            }
            else if (node is not SettingText)
            {
                dimension.Problems.Add(dimension.At("values"), "must be texts, or maps such as { value: login, lag: 2h }.");
            }
        }
    }
}
