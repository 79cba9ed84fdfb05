using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>
/// What a page held, to be compared with what comes when it is asked for again: a vendor that moves on with each answer gives other events then, and those of
/// the first answer would be lost.
/// </summary>
public sealed class PageKeys
{
    private readonly HashSet<EventKey> _keys;

    private PageKeys(HashSet<EventKey> keys) => _keys = keys;

    /// <summary>Notes the events of a page.</summary>
    public static PageKeys Of(PageContent page, ReadingDefinition reading) => new(Read(page, reading));

    /// <summary>Whether the page that came now can be that page: at least one of its events is on it, or it had none that can be read.</summary>
    public bool AreOn(PageContent page, ReadingDefinition reading) => _keys.Count == 0 || Read(page, reading).Overlaps(_keys);

    private static HashSet<EventKey> Read(PageContent page, ReadingDefinition reading)
    {
        var keys = new HashSet<EventKey>(page.Cut.Count);
        var bytes = page.Bytes.Span;
        using var id = new PooledBytes();
        for (var at = 0; at < page.Cut.Count; at++)
        {
            id.Clear();
            var isUsable = reading.IdParts > 0;
            for (var part = 0; part < reading.IdParts; part++)
            {
                var slice = page.Cut.EventField(at, part);
                isUsable &= slice.Kind is JsonKind.String or JsonKind.Number;
                id.Write(bytes.Slice(slice.Start, slice.Length));
                id.Write(";"u8);
            }

            keys.Add(isUsable ? EventKey.FromId(id.WrittenSpan) : EventKey.FromContent(bytes.Slice(page.Cut[at].Start, page.Cut[at].Length), 0));
        }

        return keys;
    }
}
