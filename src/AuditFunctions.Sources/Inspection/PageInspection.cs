using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources.Inspection;

/// <summary>Looks at a page with its template and says for each path what it found. For people, one page at a time: it reads the page once more.</summary>
internal static class PageInspection
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_000 };

    /// <summary>Says what was found.</summary>
    /// <param name="source">The source.</param>
    /// <param name="page">The page.</param>
    /// <param name="known">The secrets that the vendor may repeat on it.</param>
    public static PageFindings Of(SourceDefinition source, PageView page, Redactor known)
    {
        var lines = new List<Finding>();
        using var root = source.Reading.Plan.Format == PageFormat.Json ? Parse(page.Body) : null;
        OfEvents(source, page, root, known, lines);
        if (page.Cut.Count > 0)
        {
            OfIds(source.Reading, page, known, lines);
            if (source.Reading.HasTime)
            {
                OfTimes(source.Reading, page, known, lines);
            }
        }

        OfPaging(source, page, root, known, lines);
        return new PageFindings([.. lines.Select(line => line with { Text = SafeText.OneLine(known.Mask(line.Text)) })]);
    }

    private static void OfEvents(SourceDefinition source, PageView page, JsonDocument? root, Redactor known, List<Finding> lines)
    {
        var (cut, path) = (page.Cut, source.Reading.Plan.Events);
        if (!cut.EventsFound)
        {
            var what = cut.EventsAreNull ? "null" : "nothing";
            var nearby = root is null || cut.EventsAreNull ? "" : KeysNearby.Of(root.RootElement, path, known);
            lines.Add(new($"events: {what} at '{path}'{nearby}", IsDoubtful: !cut.EventsAreNull));
            return;
        }

        var others = Enumerable.Range(0, cut.Count).Count(at => page.Body.Span[cut[at].Start] != '{');
        var kind = others == 0 ? "" : $", of which {others} are no objects{(page.Body.Span[cut[0].Start] == '[' ? " but lists: one level too high?" : "")}";
        var elsewhere = cut.Offered == 0 && root is not null ? OtherLists.Of(root.RootElement, path) : "";
        lines.Add(new($"events: {cut.Count} at '{path}'{kind}{elsewhere}", others > 0 || elsewhere.Length > 0));
        lines.Add(new(
            page.IsFull ? $"page: full ({cut.Offered} of {page.PageSize} that were asked for)" : $"page: not full ({cut.Offered} of {page.PageSize} that were asked for)",
            IsDoubtful: cut.Offered > page.PageSize));
    }

    private static void OfIds(ReadingDefinition reading, PageView page, Redactor known, List<Finding> lines)
    {
        if (reading.IdParts == 0)
        {
            lines.Add(new("id: none in the template; the whole content of an event is its id", IsDoubtful: false));
            return;
        }

        for (var part = 0; part < reading.IdParts; part++)
        {
            OfField("id", reading, page, part, known, lines);
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        var with = 0;
        for (var at = 0; at < page.Cut.Count; at++)
        {
            string[] parts = [.. Enumerable.Range(0, reading.IdParts).Select(part => JsonText.Unescape(page.Body.Span, page.Cut.EventField(at, part)))];
            with += parts.All(part => part.Length > 0) ? 1 : 0;
            ids.Add(string.Join('\0', parts));
        }

        if (with == page.Cut.Count)
        {
            lines.Add(new($"ids: {ids.Count} different ones in {page.Cut.Count} events", ids.Count < page.Cut.Count));
        }
    }

    private static void OfTimes(ReadingDefinition reading, PageView page, Redactor known, List<Finding> lines)
    {
        if (reading.TimeField < 0)
        {
            var found = Enumerable.Range(0, page.Cut.Count).Count(at => page.Cut.TryTime(at, out _));
            lines.Add(new($"time: the script gave a time for {found} of {page.Cut.Count} events", found < page.Cut.Count));
            return;
        }

        for (var part = 0; part < reading.TimeParts; part++)
        {
            OfField(part == 0 ? "time" : "time, where that is missing", reading, page, reading.TimeField + part, known, lines);
        }

        int[] unreadable = [.. Enumerable.Range(0, page.Cut.Count).Where(at => !reading.TryReadTime(page.Body.Span, page.Cut, at, out _))];
        if (unreadable.Select(Written).FirstOrDefault(value => value.Kind != JsonKind.Missing) is { Kind: not JsonKind.Missing } first)
        {
            var example = JsonText.Unescape(page.Body.Span, first);
            lines.Add(new($"time: {unreadable.Length} of {page.Cut.Count} cannot be read as {reading.TimeFormat}, such as {Shown(known.Mask(example))}", IsDoubtful: true));
        }

        JsonSlice Written(int at) => Enumerable.Range(reading.TimeField, reading.TimeParts).Select(field => page.Cut.EventField(at, field))
            .FirstOrDefault(value => value.Kind is not (JsonKind.Missing or JsonKind.Null));
    }

    private static void OfField(string name, ReadingDefinition reading, PageView page, int field, Redactor known, List<Finding> lines)
    {
        var path = reading.Plan.PathOfEventField(field);
        var missing = Enumerable.Range(0, page.Cut.Count).Where(at => page.Cut.EventField(at, field).Kind is JsonKind.Missing or JsonKind.Null).ToArray();
        var found = $"{name}: {page.Cut.Count - missing.Length} of {page.Cut.Count} events have something at '{path}'";
        if (missing.Length == 0)
        {
            lines.Add(new(found, IsDoubtful: false));
            return;
        }

        var slice = page.Cut[missing[0]];
        using var first = Parse(page.Body.Slice(slice.Start, slice.Length));
        lines.Add(new(found + (first is null ? "" : KeysNearby.Of(first.RootElement, path, known)), IsDoubtful: true));
    }

    private static void OfPaging(SourceDefinition source, PageView page, JsonDocument? root, Redactor known, List<Finding> lines)
    {
        var kind = source.Paging.Kind;
        if (kind.NextPath is { } path)
        {
            var next = kind.NextCursor(page);
            var nearby = root is not null && !kind.HasNext(page) && !kind.NextIsInLastEvent && JsonPath.TryParse(path, out var parsed, out _)
                ? KeysNearby.Of(root.RootElement, parsed, known)
                : "";
            lines.Add(string.IsNullOrEmpty(next)
                ? new($"paging: {(kind.HasNext(page) ? "null or empty" : "nothing")} at '{path}'{nearby}", IsDoubtful: !kind.HasNext(page))
                : new($"paging: '{path}' names the next page, in {next.Length} characters", IsDoubtful: false));
        }

        var end = source.Paging.EndOf(page);
        foreach (var stop in source.Paging.Stops)
        {
            var says = stop.Says(page);
            var odd = !stop.IsOfPage ? ""
                : says == StopSays.End && page.IsFull && (!end.IsLast || end.FullPage is not null) ? ", though it is full and a next one can be asked for: is it read the other way round?"
                : says == StopSays.More && page.Cut.Offered == 0 ? ", though it is empty"
                : "";
            lines.Add(new($"stop: {stop.Name} {WordFor(says)}{odd}", IsDoubtful: odd.Length > 0 || (stop.IsOfPage && says == StopSays.Nothing)));
        }

        lines.Add(end.Doubt is { } doubt ? new($"end: {doubt}", IsDoubtful: true)
            : new(end.IsLast ? "end: the window ends with this page" : "end: another page follows", IsDoubtful: false));
    }

    private static string WordFor(StopSays says) => says switch
    {
        StopSays.End => "says that this is the last page",
        StopSays.More => "says that more follow",
        StopSays.PerhapsEnd => "looks like the last page",
        StopSays.ShortPage => "sees a short page",
        _ => "says nothing here",
    };

    // Masked before: what is left of a secret that is cut off is not found any more.
    private static string Shown(string text) => text.Length > 40 ? $"'{text[..40]}…'" : $"'{text}'";

    private static JsonDocument? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json[ByteOrderMark.LengthOf(json.Span)..], Deep);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
