using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition.Planned;

namespace AuditFunctions.Sources.Paging;

/// <summary>Kinds of paging that can be written and checked but not run yet.</summary>
internal static class PlannedKinds
{
    private static readonly Dictionary<string, Action<SettingReader, PlannedRequests>> Kinds = new(StringComparer.Ordinal)
    {
        // The next request starts at the time of the last event, plus a step.
        ["time-advance"] = (reader, _) =>
        {
            PlannedValues.RequiredPath(reader, "path");
            reader.Duration("step", TimeSpan.Zero, TimeSpan.FromHours(1));
        },

        // The first answer names a result and its partitions, which are asked for by number.
        ["partitions"] = (reader, _) =>
        {
            PlannedValues.RequiredPath(reader, "path");
            PlannedValues.RequiredPath(reader, "handle");
            reader.Integer("start", 0, 1);
        },

        // The vendor remembers where we are; `next` asks for what follows, `again` repeats what was not delivered.
        ["server-side"] = (reader, _) => reader.Template("again"),

        // A response that never ends, one event per line, kept alive by requests of its own.
        ["stream"] = (reader, requests) =>
        {
            PlannedValues.RequiredPath(reader, "path");
            if (reader.Map("keepAlive") is { } keepAlive)
            {
                requests.Required(keepAlive);
                keepAlive.Template("every");
                keepAlive.Finish();
            }
        },
    };

    /// <summary>Whether a word is one of them.</summary>
    public static bool Has(string? kind) => kind is not null && Kinds.ContainsKey(kind);

    /// <summary>Checks a kind's settings.</summary>
    public static void Read(string kind, SettingReader reader, PlannedRequests requests) => Kinds[kind](reader, requests);
}
