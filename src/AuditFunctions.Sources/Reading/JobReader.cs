using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Reading;

/// <summary>Reads <c>job</c>.</summary>
internal static class JobReader
{
    private const int MostCaptures = 5;

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

        var handlePath = map.Text("handle") ?? "";
        if (handlePath.Length == 0 && poll.Placeholders().Contains(RunPlaceholders.JobHandle))
        {
            map.Problems.Add(map.At("handle"), "is missing, which 'poll' uses.");
        }

        if (map.Has("poll") && handlePath.Length > 0 && !poll.IsScripted && !poll.Placeholders().Contains(RunPlaceholders.JobHandle))
        {
            map.Problems.Add(map.At("poll"), $"does not use '{{{RunPlaceholders.JobHandle}}}', so that it would ask about no job.");
        }

        var handle = handlePath.Length > 0 ? map.Path("handle", handlePath) : null;
        var state = ReadState(map);
        var captures = ReadCaptures(map, out var captured);
        foreach (var request in (RequestDefinition[])[submit, poll])
        {
            if (request.Placeholders().FirstOrDefault(name => RunPlaceholders.JobCaptureOf(name) is not null) is { } early)
            {
                map.Problems.Add(map.At(ReferenceEquals(request, submit) ? "submit" : "poll"), $"uses '{{{early}}}', which is known only when the job is done.");
            }
        }

        var partial = map.Map("partial") is { } condition ? FilterReader.ReadCondition(condition, "that says that events were left out") : (Path: null, Values: []);
        JsonPath?[] fields = [state.Path, .. captured, partial.Path];
        var polled = ReadingOf([.. fields.OfType<JsonPath>()], errors) with { FailedStates = state.Path is null ? [] : state.Failed };
        var job = new JobDefinition(submit, poll, ReadingOf(handle is null ? [] : [handle], errors), polled)
        {
            Empty = state.Empty,
            Captures = captures,
            Limit = map.Integer("limit", 10, 10_000_000),
            Partial = partial.Path is null ? [] : partial.Values,
            HandlePath = handlePath,
            Ready = state.Ready,
            Failed = state.Failed,
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

    private static (JsonPath? Path, IReadOnlyList<string> Ready, IReadOnlyList<string> Empty, IReadOnlyList<string> Failed) ReadState(SettingReader map)
    {
        if (map.Map("state") is not { } state)
        {
            return (null, [], [], []);
        }

        state.Required("path");
        var (path, ready, empty, failed) = (state.Path("path"), state.Texts("ready"), state.Texts("empty"), state.Texts("failed"));
        if (ready.Count == 0)
        {
            state.Problems.Add(state.At("ready"), "is missing: the value, or a list of values, that says that the job is done.");
        }

        state.Finish();
        return (path, ready, empty, failed);
    }

    private static List<JobCapture> ReadCaptures(SettingReader map, out List<JsonPath> paths)
    {
        var (captures, found) = (new List<JobCapture>(), new List<JsonPath>());
        if (map.Map("capture") is { } capture)
        {
            foreach (var (name, node) in capture.All())
            {
                var own = node is SettingMap ? capture.Map(name) : null;
                var text = own is null ? capture.Required(name) : own.Required("path");
                var isOptional = own?.Flag("optional") ?? false;
                own?.Finish();
                if (name == "handle" || name.Length > 40 || !name.All(char.IsAsciiLetterOrDigit))
                {
                    capture.Problems.Add(capture.At(name), "is no name: letters and digits, 40 at most, and not 'handle'.");
                }
                else if (text.Length > 0 && (own is null ? capture.Path(name, text) : own.Path("path", text)) is { } path)
                {
                    captures.Add(new JobCapture(name, text, isOptional));
                    found.Add(path);
                }
            }
        }

        if (captures.Count > MostCaptures)
        {
            map.Problems.Add(map.At("capture"), $"has {captures.Count} values; allowed: {MostCaptures}.");
        }

        paths = found;
        return captures;
    }

    // No events are looked for. Rules for good answers are about pages.
    private static ReadingDefinition ReadingOf(IReadOnlyList<JsonPath> fields, ErrorRules errors) => new()
    {
        Plan = ErrorRules.PlanOf(fields),
        EventsAreOptional = true,
        TakesAccepted = true,
        IdParts = 0,
        TimeField = -1,
        TimeFormat = TimeFormat.Iso8601,
        Errors = new ErrorRules([.. errors.Rules.Where(rule => rule.Status >= 300)], errors.Plan),
    };
}
