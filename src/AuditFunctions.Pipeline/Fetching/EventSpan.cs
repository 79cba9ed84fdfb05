using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>From when to when the events of a page are, and in which order they stand there.</summary>
/// <param name="OldestAt">The oldest time.</param>
/// <param name="NewestAt">The newest time.</param>
/// <param name="Order">The order in which all of them stand; unordered too where all times are equal.</param>
internal readonly record struct EventSpan(DateTimeOffset OldestAt, DateTimeOffset NewestAt, EventOrder Order)
{
    /// <summary>That of a page; null when no time can be read.</summary>
    public static EventSpan? Of(PageContent page, ReadingDefinition reading)
    {
        (DateTimeOffset Oldest, DateTimeOffset Newest)? span = null;
        DateTimeOffset? last = null;
        var (rises, falls) = (true, true);
        for (var at = 0; at < page.Cut.Count; at++)
        {
            if (!reading.TryReadTime(page.Bytes.Span, page.Cut, at, out var time))
            {
                continue;
            }

            rises &= last is null || time >= last;
            falls &= last is null || time <= last;
            last = time;
            span = span is not { } known ? (time, time) : (known.Oldest < time ? known.Oldest : time, known.Newest > time ? known.Newest : time);
        }

        return span is not { } found ? null
            : new EventSpan(found.Oldest, found.Newest, rises == falls ? EventOrder.Unordered : rises ? EventOrder.Ascending : EventOrder.Descending);
    }
}
