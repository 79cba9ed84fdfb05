using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Reading;

/// <summary>What parts of a definition that are right by themselves make impossible together: seen here instead of as events that never come.</summary>
internal static class Contradictions
{
    private static readonly string[] Places = [RunPlaceholders.Cursor, RunPlaceholders.Page, RunPlaceholders.Offset];

    /// <summary>Reports every contradiction.</summary>
    public static void Check(SourceDefinition source, Problems problems)
    {
        CheckPaging(source, problems);
        CheckPartitions(source, problems);
        CheckSteps(source, problems);
        CheckJob(source, problems);
        CheckExpansion(source, problems);
        TimingContradictions.Check(source, problems);
        CheckSnapshot(source, problems);
        CheckProgress(source, problems);
    }

    private static void CheckProgress(SourceDefinition source, Problems problems)
    {
        if (source.Progress != ProgressKind.Cursor)
        {
            return;
        }

        if (source.Paging.Kind is { Placeholder: null, CursorIsUrl: false })
        {
            problems.Add("progress", "is 'cursor', but paging.kind is 'none': there is no cursor to keep.");
        }

        if (source.Order == EventOrder.Descending)
        {
            problems.Add("progress", "is 'cursor', but with 'order: descending' each cursor leads to older events: what comes later would never be asked for. Leave one of the two out.");
        }
    }

    private static void CheckPaging(SourceDefinition source, Problems problems)
    {
        var wanted = source.Paging.Kind.Placeholder;
        string[] sent = [.. (source.Next ?? source.Request).Placeholders()];
        var shape = (source.Expand?.List ?? source.Reading).Shape;
        if (wanted is not null && !(source.Next ?? source.Request).IsScripted && shape?.GoesByCursor != true && !sent.Contains(wanted))
        {
            problems.Add(
                source.Next is null ? "request.query" : "next.query",
                $"sends no {{{wanted}}}, so that every page would be the first one again: put it into the query, or into path, headers or body, or choose another paging.kind.");
        }

        foreach (var name in Places.Where(name => name != wanted && (sent.Contains(name) || source.Request.Placeholders().Contains(name))))
        {
            problems.Add("paging.kind", wanted is null
                ? $"never has a value for {{{name}}}, which the request uses; choose the kind by which this vendor pages."
                : $"has a value for {{{wanted}}} only, but the request uses {{{name}}}.");
        }

        CheckCursorParts(source, sent, problems);
        CheckPosition(source, problems);
        if (source.Paging.Pending is not null && source.Progress == ProgressKind.Cursor)
        {
            problems.Add("paging.pending", "needs 'progress: window': where a page will be is no position in the events.");
        }

        CheckOrder(source, problems);
        FlagContradictions.Check(source.Paging, problems);

        if (source.Next is not null && wanted is null && !source.Paging.Kind.CursorIsUrl)
        {
            problems.Add("next", "is never asked for: paging.kind is 'none'.");
        }
    }

    private static void CheckPosition(SourceDefinition source, Problems problems)
    {
        var used = source.Request.Placeholders().Contains(RunPlaceholders.Consumer);
        if (!source.Paging.Kind.KeepsPlace)
        {
            if (used || source.Next?.Placeholders().Contains(RunPlaceholders.Consumer) == true)
            {
                problems.Add("request", $"uses '{{{RunPlaceholders.Consumer}}}', which is for paging.kind 'server-position'.");
            }

            return;
        }

        if (source.Progress != ProgressKind.Cursor)
        {
            problems.Add("progress", "must be 'cursor' where the vendor keeps the position: it is all that says where to go on.");
        }

        if (!used || source.Next?.Placeholders().Contains(RunPlaceholders.Consumer) == false)
        {
            problems.Add(
                "request",
                $"does not use '{{{RunPlaceholders.Consumer}}}' behind the name under which the vendor keeps the position, in 'next' too: who tries the source out would move the position of the one that runs.");
        }

        if (source.Expand is not null || source.Job is not null)
        {
            problems.Add("paging.kind", $"is 'server-position', which cannot stand beside '{(source.Expand is not null ? "expand" : "job")}'.");
        }
    }

    private static void CheckCursorParts(SourceDefinition source, string[] sent, Problems problems)
    {
        var parts = source.Paging.Kind.CursorParts;
        foreach (var part in parts.Skip(1).Select(RunPlaceholders.OfCursorPart).Except(sent, StringComparer.Ordinal))
        {
            problems.Add(source.Next is null ? "request.query" : "next.query", $"sends no {{{part}}}, without which the vendor would give another page.");
        }

        var used = sent.Concat(source.Request.Placeholders()).Select(RunPlaceholders.CursorPartOf).OfType<string>();
        foreach (var unknown in used.Except(parts, StringComparer.Ordinal))
        {
            problems.Add("paging.values", $"has no '{unknown}', which the request uses as '{{{RunPlaceholders.OfCursorPart(unknown)}}}'.");
        }
    }

    private static void CheckSteps(SourceDefinition source, Problems problems)
    {
        string[] captured = [.. source.Steps.SelectMany(step => step.Captures).Select(capture => capture.Name)];
        var lookups = source.Partitions?.Levels.Select(level => level.Lookup).OfType<PartitionLookup>().SelectMany(lookup => new[] { lookup.Request, lookup.Next }) ?? [];
        RequestDefinition?[] requests = [source.Request, source.Next, source.Expand?.Request, source.Job?.Submit, source.Job?.Poll, .. lookups];
        var used = requests.OfType<RequestDefinition>().SelectMany(request => request.Placeholders()).Select(RunPlaceholders.CaptureOf).OfType<string>();
        foreach (var unknown in used.Distinct(StringComparer.Ordinal).Except(captured, StringComparer.Ordinal))
        {
            problems.Add("steps", $"capture no '{unknown}', but a request uses '{{step.{unknown}}}'; captured: {(captured.Length == 0 ? "nothing" : string.Join(", ", captured))}.");
        }

        string[] levels = [.. source.Partitions?.Levels.Select(level => level.Name) ?? []];
        foreach (var step in source.Steps)
        {
            foreach (var level in step.Levels.Except(levels, StringComparer.Ordinal))
            {
                problems.Add("steps", $"'{step.Name}' uses '{{{RunPlaceholders.OfLevel(level)}}}', which is no level of 'partitions'.");
            }
        }
    }

    private static void CheckJob(SourceDefinition source, Problems problems)
    {
        var uses = source.Request.Placeholders().Contains(RunPlaceholders.JobHandle);
        string[] captured = [.. source.Job?.Captures.Select(capture => capture.Name) ?? []];
        RequestDefinition?[] pages = [source.Request, source.Next];
        var used = pages.OfType<RequestDefinition>().SelectMany(request => request.Placeholders()).Select(RunPlaceholders.JobCaptureOf).OfType<string>();
        foreach (var unknown in used.Distinct(StringComparer.Ordinal).Except(captured, StringComparer.Ordinal))
        {
            problems.Add("request", $"uses '{{job.{unknown}}}', which 'job.capture' does not name; captured: {(captured.Length == 0 ? "nothing" : string.Join(", ", captured))}.");
        }

        if (source.Job is null)
        {
            if (uses || source.Next?.Placeholders().Contains(RunPlaceholders.JobHandle) == true)
            {
                problems.Add("request", $"uses '{{{RunPlaceholders.JobHandle}}}', but there is no 'job'.");
            }

            return;
        }

        if (source.Job.HandlePath.Length == 0 && (uses || source.Next?.Placeholders().Contains(RunPlaceholders.JobHandle) == true))
        {
            problems.Add("job.handle", "is missing, which 'request' uses.");
        }

        // What was captured of the job may lead to its result as well, such as the name of a file.
        if (!uses && !source.Request.Placeholders().Any(name => RunPlaceholders.JobCaptureOf(name) is not null) && source.Job.HandlePath.Length > 0 && !source.Request.IsScripted)
        {
            problems.Add("request", $"uses neither '{{{RunPlaceholders.JobHandle}}}' nor a value of 'job.capture', so that it would read the result of no job.");
        }

        if (source.Expand is not null)
        {
            problems.Add("job", "cannot stand beside 'expand'.");
        }

        if (source.Progress == ProgressKind.Cursor)
        {
            problems.Add("job", "needs 'progress: window': a job is over when its result is read.");
        }
    }

    private static void CheckSnapshot(SourceDefinition source, Problems problems)
    {
        string[] bounds = [RunPlaceholders.From, RunPlaceholders.To];
        RequestDefinition?[] requests = source.Snapshot is null ? [] : [source.Request, source.Next, source.Job?.Submit];
        var used = requests.OfType<RequestDefinition>().SelectMany(request => request.Placeholders()).Where(bounds.Contains).Distinct(StringComparer.Ordinal);
        foreach (var name in used)
        {
            problems.Add("request", $"uses '{{{name}}}', but 'snapshot' lists everything each time: there is no window.");
        }

        if (source.Snapshot is not null && source.Remembers > TimeSpan.Zero)
        {
            problems.Add("processors", "has 'dedupe' with 'within', but the events of a listing all have one time, when it was begun: use 'snapshot.changes' for what has not changed.");
        }
    }

    // Items are listed by their own times, not by those of their events.
    private static void CheckExpansion(SourceDefinition source, Problems problems)
    {
        if (source.Expand is not { } expand)
        {
            if (source.Reading.Errors.Rules.Any(rule => rule.Action == ErrorAction.Gone))
            {
                problems.Add("errors", "has 'action: gone', which is for an item of a list: there is no 'expand'.");
            }

            return;
        }

        if ((expand.Link?.Request ?? expand.Request).Hosts.Count > 0 && source.Network?.Secrets.ContainsKey(SourceColumns.ClientCertificate) == true)
        {
            problems.Add("expand.hosts", $"names other hosts, to which the client certificate of column '{SourceColumns.ClientCertificate}' would be shown as well.");
        }

        if (expand.Pages is { } pages)
        {
            ItemPageContradictions.Check(expand, pages, problems);
        }

        if (expand.List.TimeField < 0 && (source.Order != EventOrder.Unordered || source.Paging.Kind.NeedsOldestFirst is not null
            || source.Paging.Stops.Any(stop => stop.NeedsOldestFirst is not null)))
        {
            problems.Add("expand.time", "is missing: 'order', 'before-window' and 'time-advance' are about the times of the items, so say where those stand.");
        }
    }

    // A value that is in no request would ask for the same events once for each partition.
    private static void CheckPartitions(SourceDefinition source, Problems problems)
    {
        string[] levels = [.. source.Partitions?.Levels.Select(level => level.Name) ?? []];
        string[] used = [.. LevelsOf(source.Request).Concat(LevelsOf(source.Next)).Concat(LevelsOf(source.Expand?.Request)).Concat(LevelsOf(source.Job?.Submit)).Distinct(StringComparer.Ordinal)];
        foreach (var unknown in used.Except(levels, StringComparer.Ordinal))
        {
            problems.Add("request", $"uses '{{{RunPlaceholders.OfLevel(unknown)}}}', but {(levels.Length == 0 ? "there are no partitions" : $"the levels are {string.Join(", ", levels)}")}.");
        }

        // A row that says where everything is may leave out a level that stands in the template's host.
        foreach (var unused in levels.Except(used, StringComparer.Ordinal).Where(name => !source.Partitions!.Levels.Any(level => level.Name == name && level.IsInHost)))
        {
            problems.Add("partitions", $"has the level '{unused}', but no request uses '{{{RunPlaceholders.OfLevel(unused)}}}': every partition would bring the same events.");
        }

        for (var at = 0; at < levels.Length; at++)
        {
            var lookup = source.Partitions!.Levels[at].Lookup;
            foreach (var inner in LevelsOf(lookup?.Request).Concat(LevelsOf(lookup?.Next)).Except(levels[..at], StringComparer.Ordinal))
            {
                problems.Add("partitions", $"looks '{levels[at]}' up with '{{{RunPlaceholders.OfLevel(inner)}}}', which is not known yet; only the level above is.");
            }
        }
    }

    private static IEnumerable<string> LevelsOf(RequestDefinition? request) => request?.Placeholders().Select(RunPlaceholders.LevelOf).OfType<string>() ?? [];

    private static void CheckOrder(SourceDefinition source, Problems problems)
    {
        var needs = source.Paging.Stops.Select(stop => (Key: "paging.stop", stop.NeedsOldestFirst)).Append(("paging.kind", source.Paging.Kind.NeedsOldestFirst));
        foreach (var (key, oldestFirst) in needs)
        {
            if (oldestFirst is { } wanted && source.Order != (wanted ? EventOrder.Ascending : EventOrder.Descending))
            {
                var (word, order) = wanted ? ("oldest", "ascending") : ("newest", "descending");
                problems.Add(key, $"leaves events out unless they come {word} first: say 'order: {order}' if the vendor promises that, else choose another.");
            }
        }
    }
}
