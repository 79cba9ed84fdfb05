using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Definition.Planned;

/// <summary>Checks <c>expand</c>: for each item of a page a further request, whose answer holds the events; <c>{item.path}</c> is a field of the item.</summary>
internal static class ExpandReader
{
    public static void Read(SettingReader expand, PlannedRequests requests)
    {
        PlannedValues.Path(expand, "path");
        requests.Required(expand, withItem: true);
        expand.Flag("authenticate");
        expand.Choice("format", "json", "json-lines", "csv");
        expand.Choice("compression", "none", "gzip");
        expand.Choice("result", "events", "detail");
        PlannedValues.Path(expand, "events");
        PlannedValues.Path(expand, "expiresPath");
        expand.Texts("ignore");
        expand.Finish();
    }
}
