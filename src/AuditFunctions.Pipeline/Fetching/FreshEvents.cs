using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>The events of a page that were not sent before, in the page's order.</summary>
/// <remarks>
/// <para>
/// Two events of one window with the same id and different bytes are two events. Across polls the id is trusted, since vendors embed values that change
/// with every answer: such an event counts as sent, and as changed. Only when an event that was sent with the id is listed beside it, on this or an
/// earlier page of the window, the other one is an event of its own.
/// </para>
/// <para>
/// An event without a usable id is known by its bytes and by how many with the same bytes stand before it on its page: identical events on one page are
/// events each, and one on a later page or poll is the repeat of the first. Copies are not counted across pages, although two that a page border parts
/// are then taken for one, until a poll lists them on one page. Such a count would have to be committed with every page: a run that went on without it
/// would give other batches than the one that stopped. And a vendor that repeats the edge of a page, as paging by offset does when events come in
/// between, would have each repeat counted as a new event. To distinguish such twins, make an id of more fields.
/// </para>
/// </remarks>
internal sealed class FreshEvents : IFreshEvents, IDisposable
{
    private readonly PageContent _page;
    private readonly ReadingDefinition _reading;
    private readonly PageEvent[] _events;
    private Dictionary<EventKey, EventKey>? _asWritten;

    private FreshEvents(PageContent page, ReadingDefinition reading, PageEvent[] events, int count)
    {
        _page = page;
        _reading = reading;
        _events = events;
        Count = count;
    }

    /// <summary>How many are fresh.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public int Suppressed => _page.Cut.Count - Count;

    /// <summary>How many events were dropped as sent although their bytes are others than those that were sent.</summary>
    public int Changed { get; private set; }

    /// <summary>The times on the page, of events fresh or not.</summary>
    public PageTimes Times { get; private set; }

    /// <summary>The key of the page's first event, fresh or not; null when there is none.</summary>
    public EventKey? FirstKey { get; private set; }

    /// <summary>Finds the fresh events; <paramref name="known"/> may be null when nothing can be known yet.</summary>
    /// <param name="page">The page.</param>
    /// <param name="reading">Where things stand in it.</param>
    /// <param name="known">What was sent before.</param>
    /// <param name="limit">Times after this take no part in <see cref="Times"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static FreshEvents Of(PageContent page, ReadingDefinition reading, RecentIds? known, DateTimeOffset limit, CancellationToken cancellationToken)
    {
        var events = LargeArrays.Rent<PageEvent>(Math.Max(page.Cut.Count, 1));
        try
        {
            var count = PageEvents.Read(page, reading, events, out var asWritten, cancellationToken);
            var fresh = new FreshEvents(page, reading, events, count)
            {
                Times = page.Listed is { Times.Count: > 0 } listed ? PageTimes.Of(listed.Times, limit) : PageTimes.Of(events.AsSpan(0, count), limit),
                FirstKey = count > 0 ? events[0].Id : null,
                _asWritten = asWritten,
            };
            if (known is not null)
            {
                fresh.Drop(known);
            }

            return fresh;
        }
        catch
        {
            LargeArrays.Return(events);
            throw;
        }
    }

    /// <summary>Drops the events that turn out to be known.</summary>
    public void Drop(RecentIds known)
    {
        // First what is listed at all: which of two events with one id was sent may be seen only behind the other.
        for (var at = 0; at < Count; at++)
        {
            known.Listed(_events[at].Id, _events[at].Tag);
        }

        for (var at = 0; at < Count; at++)
        {
            NoteSibling(_events[at], known);
        }

        var kept = 0;
        for (var at = 0; at < Count; at++)
        {
            if (KeyIfFresh(_events[at], known) is { } key)
            {
                _events[kept++] = _events[at] with { Key = key };
            }
        }

        Count = kept;
    }

    /// <summary>Drops the events that turn out to be known, by key and time as <see cref="RecentIds.SecondsOf"/> tells it.</summary>
    public void Drop(Func<EventKey, uint, bool> isKnown, DateTimeOffset now)
    {
        var kept = 0;
        for (var at = 0; at < Count; at++)
        {
            var seconds = SecondsOf(_events[at], now);
            if (!isKnown(_events[at].Key, seconds) && !(AsWritten(_events[at].Id) is { } old && isKnown(old, seconds)))
            {
                _events[kept++] = _events[at];
            }
        }

        Count = kept;
    }

    /// <summary>Their times, as <see cref="RecentIds.SecondsOf"/> tells them.</summary>
    public IEnumerable<uint> Seconds(DateTimeOffset now)
    {
        for (var at = 0; at < Count; at++)
        {
            yield return SecondsOf(_events[at], now);
        }
    }

    /// <summary>Whether the time of one of them lies between two instants.</summary>
    public bool AnyWithin(DateTimeOffset from, DateTimeOffset to)
    {
        for (var at = 0; at < Count; at++)
        {
            if (_events[at].Time >= from && _events[at].Time < to)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many of them have a time after an instant, and the newest of those.</summary>
    public (int Count, DateTimeOffset NewestAt) After(DateTimeOffset instant)
    {
        var (count, newest) = (0, instant);
        for (var at = 0; at < Count; at++)
        {
            if (_events[at].Time > instant)
            {
                (count, newest) = (count + 1, _events[at].Time > newest ? _events[at].Time!.Value : newest);
            }
        }

        return (count, newest);
    }

    /// <summary>Remembers all of them as sent.</summary>
    public void Remember(RecentIds ids, DateTimeOffset now)
    {
        for (var at = 0; at < Count; at++)
        {
            ids.Add(_events[at].Key, SecondsOf(_events[at], now), _events[at].Tag);
        }
    }

    /// <summary>An event's place in the page.</summary>
    public int IndexOf(int at) => _events[at].Index;

    /// <inheritdoc/>
    public EventKey KeyOf(int at) => _events[at].Key;

    /// <inheritdoc/>
    public string? LetterReason(int at) => null;

    /// <inheritdoc/>
    public EventView View(int at, Span<byte> scratch)
    {
        var item = _events[at];
        var page = _page.Bytes.Span;
        var slice = _page.Cut[item.Index];
        return new EventView { Bytes = page.Slice(slice.Start, slice.Length), Id = IdOf(item, page, scratch), Time = item.Time };
    }

    /// <inheritdoc/>
    public void Dispose() => LargeArrays.Return(_events);

    // Windows are over the times of items where those are listed: that is when an event may come again.
    private uint SecondsOf(in PageEvent item, DateTimeOffset now) =>
        RecentIds.SecondsOf(_page.Listed is { OfEvents.Count: > 0 } listed ? listed.OfEvents[item.Index] ?? item.Time : item.Time, now);

    // Another event that was sent with the id is listed again, byte for byte: ids are not unique here, and what they stand for does not change.
    private void NoteSibling(in PageEvent item, RecentIds known)
    {
        if (item.Tag != ContentTag.None && known.TagOf(item.Id, out var isListed) is { } sent && !isListed && sent != item.Tag && sent != ContentTag.None
            && known.Contains(item.IsSibling ? item.Key : VersionOf(item)))
        {
            known.Listed(item.Id, sent);
        }
    }

    // Null: it was sent.
    private EventKey? KeyIfFresh(in PageEvent item, RecentIds known)
    {
        if (AsWritten(item.Id) is { } old && known.Contains(old))
        {
            return null;
        }

        if (item.Tag == ContentTag.None)
        {
            return known.Contains(item.Id) ? null : item.Key;
        }

        if (known.TagOf(item.Id, out var isListed) is not { } sent)
        {
            // A sibling follows one that takes the id now.
            return item.IsSibling && known.Contains(item.Key) ? null : item.Key;
        }

        if (sent == item.Tag || sent == ContentTag.None)
        {
            return null;
        }

        var version = item.IsSibling ? item.Key : VersionOf(item);
        var isSent = known.Contains(version);
        Changed += isSent || isListed ? 0 : 1;
        return isSent || !isListed ? null : version;
    }

    private EventKey? AsWritten(EventKey id) => _asWritten is not null && _asWritten.TryGetValue(id, out var old) ? old : null;

    private EventKey VersionOf(in PageEvent item)
    {
        var slice = _page.Cut[item.Index];
        return EventKey.FromVersion(item.Id, _page.Bytes.Span.Slice(slice.Start, slice.Length));
    }

    // A second event with an id has one of its own, so that a destination that knows events by id keeps both.
    private ReadOnlySpan<byte> IdOf(PageEvent item, ReadOnlySpan<byte> page, Span<byte> scratch)
    {
        if (_reading.IdParts == 1 && item.Key == item.Id)
        {
            var slice = _page.Cut.EventField(item.Index, 0);
            if (EventIds.IsUsable(slice))
            {
                return page.Slice(slice.Start, slice.Length);
            }
        }

        return scratch[..Encoding.ASCII.GetBytes(item.Key.ToString(), scratch)];
    }
}
