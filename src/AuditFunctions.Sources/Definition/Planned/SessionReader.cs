using AuditFunctions.Configuration;

namespace AuditFunctions.Sources.Definition.Planned;

/// <summary>Checks <c>session</c>: requests that come before those for pages, whose captures are <c>{session.name}</c>.</summary>
internal static class SessionReader
{
    public static void Read(SettingReader reader, PlannedRequests requests) =>
        PlannedValues.Maps(reader, "session", step =>
        {
            step.Required("name");
            requests.Required(step);
            step.Duration("every", TimeSpan.FromMinutes(1), TimeSpan.FromDays(366));
            step.Flag("authenticate");
            PlannedValues.NamedPaths(step, "capture");
            step.Texts("ignore");
        });
}
