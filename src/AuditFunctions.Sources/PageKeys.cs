using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>
/// What a page held, to be compared with what comes when it is asked for again: a vendor that moves on with each answer gives other events then, and those of
/// the first answer would be lost.
/// </summary>
public sealed class PageKeys
{
    private readonly ReadingDefinition _reading;
    private readonly HashSet<EventKey> _keys;
    private readonly int _offered;

    /// <summary>Notes the events of a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="reading">Where their ids stand.</param>
    public PageKeys(PageContent page, ReadingDefinition reading)
    {
        _reading = reading;
        _offered = page.Cut.Offered;
        _keys = Read(page);
        First = page.Cut.Count > 0 ? KeyOf(page, 0) : null;
    }

    /// <summary>Its events.</summary>
    public HashSet<EventKey> Keys => _keys;

    /// <summary>The first one; null when it has none.</summary>
    public EventKey? First { get; }

    /// <summary>
    /// What came when the page was asked for again, if it can be that page: at least one of its events is on it, or it had none that can be read. Else a failure, and
    /// the buffers of what came are given back.
    /// </summary>
    public PageResult Confirm(PageResult again)
    {
        if (again is not PageResult.Page { Content: var content } || _keys.Count == 0 || Read(content).Overlaps(_keys))
        {
            return again;
        }

        content.Dispose();
        return PageResult.Failed.OfOtherEvents(_offered);
    }

    private HashSet<EventKey> Read(PageContent page)
    {
        var keys = new HashSet<EventKey>(page.Cut.Count);
        for (var at = 0; at < page.Cut.Count; at++)
        {
            keys.Add(KeyOf(page, at));
        }

        return keys;
    }

    private EventKey KeyOf(PageContent page, int at) =>
        EventIds.Of(page, _reading, at, out _) ?? EventKey.FromContent(page.Bytes.Span.Slice(page.Cut[at].Start, page.Cut[at].Length), 0);
}
