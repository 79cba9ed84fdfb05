using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>job</c>.</summary>
internal static class JobReader
{
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UsualMost = TimeSpan.FromHours(1);

    /// <summary>Reads the map; null when there is none.</summary>
    /// <param name="reader">The definition.</param>
    /// <param name="baseUrl">Where the vendor is, a text with placeholders.</param>
    /// <param name="secrets">The row's secrets, by placeholder.</param>
    /// <param name="errors">The source's error rules.</param>
    public static JobDefinition? Read(SettingReader reader, string baseUrl, IReadOnlyCollection<string> secrets, ErrorRules errors)
    {
        if (reader.Map("job") is not { } map)
        {
            return null;
        }

        var submit = ReadRequest(map, "submit", baseUrl, secrets);
        var poll = ReadRequest(map, "poll", baseUrl, secrets);
        if (map.Has("submit") && submit.Placeholders().Contains(RunPlaceholders.JobHandle))
        {
            map.Problems.Add(map.At("submit"), $"uses '{{{RunPlaceholders.JobHandle}}}', which is known only when it was answered.");
        }

        if (map.Has("poll") && !poll.Placeholders().Contains(RunPlaceholders.JobHandle))
        {
            map.Problems.Add(map.At("poll"), $"does not use '{{{RunPlaceholders.JobHandle}}}', so that it would ask about no job.");
        }

        var handlePath = map.Required("handle");
        var handle = handlePath.Length > 0 ? map.Path("handle", handlePath) : null;
        var (state, ready, failed) = ReadState(map);
        var job = new JobDefinition(submit, poll, ReadingOf(handle, errors), ReadingOf(state, errors))
        {
            HandlePath = handlePath,
            Ready = ready,
            Failed = failed,
            Wait = map.Duration("wait", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30)) ?? UsualWait,
            AtMost = map.Duration("atMost", TimeSpan.FromMinutes(1), TimeSpan.FromDays(2)) ?? UsualMost,
        };
        map.Finish();
        return job;
    }

    private static RequestDefinition ReadRequest(SettingReader map, string key, string baseUrl, IReadOnlyCollection<string> secrets)
    {
        var read = RequestReader.Required(map, key, key == "submit" ? "the request that starts the job." : "the request that asks whether the job is done.", baseUrl, secrets);
        foreach (var name in read.Placeholders().Where(RunPlaceholders.IsOfPaging).Distinct())
        {
            map.Problems.Add(map.At(key), $"uses '{{{name}}}', which is of the result's pages.");
        }

        return read;
    }

    private static (JsonPath? Path, IReadOnlyList<string> Ready, IReadOnlyList<string> Failed) ReadState(SettingReader map)
    {
        if (map.Map("state") is not { } state)
        {
            return (null, [], []);
        }

        state.Required("path");
        var (path, ready, failed) = (state.Path("path"), state.Texts("ready"), state.Texts("failed"));
        if (ready.Count == 0)
        {
            state.Problems.Add(state.At("ready"), "is missing: the value, or a list of values, that says that the job is done.");
        }

        state.Finish();
        return (path, ready, failed);
    }

    // No events are looked for. Rules for good answers are about pages.
    private static ReadingDefinition ReadingOf(JsonPath? field, ErrorRules errors) => new()
    {
        Plan = ErrorRules.PlanOf(field is null ? [] : [field]),
        EventsAreOptional = true,
        TakesAccepted = true,
        IdParts = 0,
        TimeField = -1,
        TimeFormat = TimeFormat.Iso8601,
        Errors = new ErrorRules([.. errors.Rules.Where(rule => rule.Status >= 300)], errors.Plan),
    };
}
