using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources;

/// <summary>
/// Whether what stands where events should stand is something else: a fault that a vendor puts into the place of a list, or behind the events where it breaks
/// off. Taken for an event, it would be sent on, and what it stands for would be passed over.
/// </summary>
internal static class UnlikelyEvents
{
    /// <summary>Why the page's last event is not an event; null when it is one.</summary>
    public static string? In(SourceDefinition source, PageQuery query, PageView page, CancellationToken cancellationToken)
    {
        var (reading, cut) = (source.Reading, page.Cut);
        var body = page.Body.Span;
        var isOfLines = reading.Plan.Format == PageFormat.JsonLines;

        // An event of an item has its id and time from the item, perhaps.
        if (cut.Count == 0 || cut.Quarantined.Count > 0 || query.Item.Count > 0 || !(isOfLines || (reading.Shape is null && reading.Plan.Events.IsRoot)) || IsLike(reading, cut, cut.Count - 1))
        {
            return null;
        }

        var last = cut[cut.Count - 1];
        var isList = !isOfLines && body[ByteOrderMark.LengthOf(body)..].TrimStart(" \t\r\n"u8) is [(byte)'[', ..];
        if (!isList && SaidError.Of(isOfLines ? body.Slice(last.Start, last.Length) : body, shape: null, cancellationToken) is { } said)
        {
            return $"the {(isOfLines ? "last line" : "answer")} is no event, and says at {said} that something went wrong";
        }

        return isOfLines && cut.Count == 1 ? "the answer is one line, which has neither the id nor the time of an event" : null;
    }

    // Whether anything of it is where an event has its id or time.
    private static bool IsLike(ReadingDefinition reading, CutPage cut, int at)
    {
        var fields = reading.TimeField < 0 ? reading.IdParts : reading.TimeField + reading.TimeParts;
        return fields == 0 || cut.TryTime(at, out _)
            || Enumerable.Range(0, fields).Any(field => cut.EventField(at, field).Kind is not (JsonKind.Missing or JsonKind.Null));
    }
}
