using System.Buffers;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>The events of a page that were not sent before, in the page's order.</summary>
/// <remarks>
/// An event without a usable id is told by its bytes and by how many with the same bytes stand before it on its page: identical events on one page are
/// events each, and one on a later page or poll is the repeat of the first. Copies are not counted across pages, although two that a page border parts
/// are then taken for one, until a poll lists them on one page. Such a count would have to be committed with every page: a run that went on without it
/// would give other batches than the one that stopped. And a vendor that repeats the edge of a page, as paging by offset does when events come in
/// between, would have each repeat counted as a new event. Who needs such twins told apart makes an id of more fields.
/// </remarks>
internal sealed class FreshEvents : IDisposable
{
    private readonly PageContent _page;
    private readonly ReadingDefinition _reading;
    private readonly Item[] _items;
    private Dictionary<EventKey, EventKey>? _asWritten;

    private FreshEvents(PageContent page, ReadingDefinition reading, Item[] items, int count)
    {
        _page = page;
        _reading = reading;
        _items = items;
        Count = count;
    }

    /// <summary>How many are fresh.</summary>
    public int Count { get; private set; }

    /// <summary>How many events of the page were sent before or stand on it twice.</summary>
    public int Suppressed => _page.Cut.Count - Count;

    /// <summary>How many events of the page have a time that could be read, fresh or not.</summary>
    public int WithTime { get; private set; }

    /// <summary>The newest time on the page, of events fresh or not.</summary>
    public DateTimeOffset? NewestAt { get; private set; }

    /// <summary>The key of the page's first event, fresh or not; null when there is none.</summary>
    public EventKey? FirstKey { get; private set; }

    /// <summary>Finds the fresh events; <paramref name="known"/> may be null when nothing can be known.</summary>
    public static FreshEvents Of(PageContent page, ReadingDefinition reading, RecentIds? known)
    {
        var items = ArrayPool<Item>.Shared.Rent(Math.Max(page.Cut.Count, 1));
        var fresh = new FreshEvents(page, reading, items, 0);
        fresh.Read(known);
        return fresh;
    }

    /// <summary>Drops the events that turn out to be known.</summary>
    public void Drop(RecentIds known) => Drop((key, _) => known.Contains(key), DateTimeOffset.UnixEpoch);

    /// <summary>Drops the events that turn out to be known, by key and time as <see cref="RecentIds.SecondsOf"/> tells it.</summary>
    public void Drop(Func<EventKey, uint, bool> isKnown, DateTimeOffset now)
    {
        var kept = 0;
        for (var at = 0; at < Count; at++)
        {
            var seconds = RecentIds.SecondsOf(_items[at].Time, now);
            if (!isKnown(_items[at].Key, seconds) && !(AsWritten(_items[at].Key) is { } old && isKnown(old, seconds)))
            {
                _items[kept++] = _items[at];
            }
        }

        Count = kept;
    }

    /// <summary>Whether the time of one of them, as <see cref="RecentIds.SecondsOf"/> tells it, is such.</summary>
    public bool Any(Func<uint, bool> isSuch, DateTimeOffset now)
    {
        for (var at = 0; at < Count; at++)
        {
            if (isSuch(RecentIds.SecondsOf(_items[at].Time, now)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Remembers all of them as sent.</summary>
    public void Remember(RecentIds ids, DateTimeOffset now)
    {
        for (var at = 0; at < Count; at++)
        {
            ids.Add(_items[at].Key, RecentIds.SecondsOf(_items[at].Time, now));
        }
    }

    /// <summary>An event on its way into a body. <paramref name="scratch"/> holds an id that must be written out.</summary>
    public EventView View(int at, Span<byte> scratch)
    {
        var item = _items[at];
        var page = _page.Bytes.Span;
        var slice = _page.Cut[item.Index];
        return new EventView { Bytes = page.Slice(slice.Start, slice.Length), Id = IdOf(item, page, scratch), Time = item.Time };
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<Item>.Shared.Return(_items);

    private void Read(RecentIds? known)
    {
        var page = _page.Bytes.Span;
        var onPage = new HashSet<EventKey>(_page.Cut.Count);
        for (var index = 0; index < _page.Cut.Count; index++)
        {
            var time = TimeOf(index, page);
            if (time is { } read)
            {
                WithTime++;
                NewestAt = NewestAt > read ? NewestAt : read;
            }

            var key = KeyOf(index, page, onPage);
            FirstKey ??= key;
            if (key is { } own && known?.Contains(own) != true && !(AsWritten(own) is { } old && known?.Contains(old) == true))
            {
                _items[Count++] = new Item(index, own, time);
            }
        }
    }

    private DateTimeOffset? TimeOf(int index, ReadOnlySpan<byte> page)
    {
        if (_reading.TimeField < 0)
        {
            return null;
        }

        return _reading.TimeFormat.TryRead(page, _page.Cut.EventField(index, _reading.TimeField), out var time) ? time : null;
    }

    // Null: the same id stands on the page already. Without a usable id the content is the id, and the n-th copy on a page is an event of its own.
    private EventKey? KeyOf(int index, ReadOnlySpan<byte> page, HashSet<EventKey> onPage)
    {
        if (IdKeyOf(index, page) is { } id)
        {
            return onPage.Add(id) ? id : null;
        }

        var slice = _page.Cut[index];
        var bytes = page.Slice(slice.Start, slice.Length);
        for (var copy = 0; ; copy++)
        {
            var key = EventKey.FromContent(bytes, copy);
            if (onPage.Add(key))
            {
                return key;
            }
        }
    }

    private EventKey? IdKeyOf(int index, ReadOnlySpan<byte> page)
    {
        if (_reading.IdParts == 0)
        {
            return null;
        }

        if (_reading.IdParts == 1)
        {
            var slice = _page.Cut.EventField(index, 0);
            return IsUsable(slice) ? Noted(EventKey.FromId(page, slice, out var single), single) : null;
        }

        var parts = new JsonSlice[_reading.IdParts];
        for (var part = 0; part < parts.Length; part++)
        {
            parts[part] = _page.Cut.EventField(index, part);
            if (!IsUsable(parts[part]))
            {
                return null;
            }
        }

        return Noted(EventKey.FromParts(page, parts, out var several), several);
    }

    // An id with escapes may have been remembered by its bytes as written. Only such ids are noted: they are rare.
    private EventKey Noted(EventKey key, EventKey? asWritten)
    {
        if (asWritten is { } old)
        {
            (_asWritten ??= []).TryAdd(key, old);
        }

        return key;
    }

    private EventKey? AsWritten(EventKey key) => _asWritten is not null && _asWritten.TryGetValue(key, out var old) ? old : null;

    private static bool IsUsable(JsonSlice slice) => slice is { Kind: JsonKind.String or JsonKind.Number, Length: > 0 };

    private ReadOnlySpan<byte> IdOf(Item item, ReadOnlySpan<byte> page, Span<byte> scratch)
    {
        if (_reading.IdParts == 1)
        {
            var slice = _page.Cut.EventField(item.Index, 0);
            if (IsUsable(slice))
            {
                return page.Slice(slice.Start, slice.Length);
            }
        }

        return scratch[..Encoding.ASCII.GetBytes(item.Key.ToString(), scratch)];
    }

    private readonly record struct Item(int Index, EventKey Key, DateTimeOffset? Time);
}
