using System.Runtime.InteropServices;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>An event of a page.</summary>
/// <param name="Index">Its place in the page.</param>
/// <param name="Id">The key of its id, or of its content when it has none.</param>
/// <param name="Key">What it is remembered by: <paramref name="Id"/>, or for a second event with the same id a key of both.</param>
/// <param name="Tag">The tag of its content; <see cref="ContentTag.None"/> when the content is its id.</param>
/// <param name="IsSibling">Whether another event with its id and another content stands before it on the page.</param>
/// <param name="Time">Its time, if one could be read.</param>
internal readonly record struct PageEvent(int Index, EventKey Id, EventKey Key, uint Tag, bool IsSibling, DateTimeOffset? Time);

/// <summary>Reads id and time of each event of a page, and leaves out what stands on it twice. Linear in the page, whatever stands on it.</summary>
internal static class PageEvents
{
    // Often enough to see a stop within milliseconds.
    private const int EventsPerLook = 1024;

    /// <summary>Reads them.</summary>
    /// <param name="page">The page.</param>
    /// <param name="reading">Where things stand in it.</param>
    /// <param name="into">Takes the events; as long as the page has events.</param>
    /// <param name="asWritten">
    /// By id, the key of its bytes as they are written, where the id holds escapes: up to version 0.2 such ids were remembered by it. Null when no id
    /// does.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>How many there are.</returns>
    public static int Read(PageContent page, ReadingDefinition reading, Span<PageEvent> into, out Dictionary<EventKey, EventKey>? asWritten, CancellationToken cancellationToken)
    {
        asWritten = null;
        var cut = page.Cut;
        var first = new Dictionary<EventKey, int>(cut.Count);
        Dictionary<EventKey, int>? copies = null;
        var count = 0;
        for (var index = 0; index < cut.Count; index++)
        {
            if ((index + 1) % EventsPerLook == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var content = ContentOf(index);
            var (id, tag) = EventIds.Of(page, reading, index, out var written) is { } own
                ? (own, ContentTag.Of(content))
                : (EventKey.FromContent(content, 0), ContentTag.None);
            if (written is { } old)
            {
                (asWritten ??= []).TryAdd(id, old);
            }

            ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(first, id, out var isThere);
            if (!isThere)
            {
                at = count;
                into[count++] = new PageEvent(index, id, id, tag, IsSibling: false, TimeOf(page, reading, index));
                continue;
            }

            if (tag == ContentTag.None)
            {
                // Equal events without an id are separate events, distinguished by how many stand before.
                copies ??= [];
                ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(copies, id, out _);
                var copy = EventKey.FromContent(content, ++before);
                into[count++] = new PageEvent(index, copy, copy, tag, IsSibling: false, TimeOf(page, reading, index));
            }
            else if (!content.SequenceEqual(ContentOf(into[at].Index)))
            {
                var version = EventKey.FromVersion(id, content);
                if (first.TryAdd(version, count))
                {
                    into[count++] = new PageEvent(index, id, version, tag, IsSibling: true, TimeOf(page, reading, index));
                }
            }
        }

        return count;

        ReadOnlySpan<byte> ContentOf(int index)
        {
            var slice = cut[index];
            return page.Bytes.Span.Slice(slice.Start, slice.Length);
        }
    }

    private static DateTimeOffset? TimeOf(PageContent page, ReadingDefinition reading, int index) =>
        reading.TryReadTime(page.Bytes.Span, page.Cut, index, out var time) ? time : null;
}
