using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>A page of a listing, compared with what is known.</summary>
internal sealed class ListedPage : IDisposable
{
    private readonly PageContent _page;
    private readonly ReadingDefinition _reading;
    private readonly SnapshotDefinition _snapshot;
    private readonly List<Found> _found = [];
    private readonly PooledBytes _fields = new();
    private readonly PooledBytes _rows = new();
    private int _read;

    private ListedPage(PageContent page, ReadingDefinition reading, SnapshotDefinition snapshot, DateTimeOffset listing)
    {
        (_page, _reading, _snapshot) = (page, reading, snapshot);
        Events = new ListedEvents(page.Bytes, listing);
    }

    /// <summary>The events that it brings.</summary>
    public ListedEvents Events { get; }

    /// <summary>How many objects have no key.</summary>
    public int Keyless { get; private set; }

    /// <summary>How many objects have a key that the listing had before, with another content.</summary>
    public int Twice { get; private set; }

    /// <summary>How many values cannot stand in the listing's table.</summary>
    public int NotKept { get; private set; }

    /// <summary>The first object's key; null when there is none.</summary>
    public EventKey? FirstKey => _found.Count > 0 ? _found[0].Key : null;

    /// <summary>Compares a page with what is known, which then knows it.</summary>
    public static async Task<ListedPage> OfAsync(PageContent page, SourceDefinition source, DateTimeOffset listing, ListingSession session, CancellationToken cancellationToken)
    {
        var listed = new ListedPage(page, source.Reading, source.Snapshot!, listing);
        try
        {
            listed.Compare(session.Memory, cancellationToken);
            var changed = listed._found.Where(one => one is { IsNews: true, Known.Before: not null }).Select(one => (one.Key, one.Known.Before!.Value));
            var before = source.Snapshot!.Changes == SnapshotChanges.Diff ? await session.FieldsAsync(changed, cancellationToken) : null;
            listed.Write(before);
            return listed;
        }
        catch
        {
            listed.Dispose();
            throw;
        }
    }

    /// <summary>Its events are sent: its objects are kept.</summary>
    public void Keep(ListingSession session)
    {
        foreach (var one in _found.Where(one => !one.IsKept))
        {
            session.Keep(one.Key, one.Content, _fields.WrittenSpan.Slice(one.Start, one.Length), _rows.WrittenSpan.Slice(one.RowStart, one.RowLength), isNew: !one.IsListed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Events.Dispose();
        _fields.Dispose();
        _rows.Dispose();
    }

    private void Compare(ListingMemory memory, CancellationToken cancellationToken)
    {
        var events = LargeArrays.Rent<PageEvent>(Math.Max(_page.Cut.Count, 1));
        try
        {
            _read = PageEvents.Read(_page, _reading, events, out _, cancellationToken);
            using var content = new ObjectContent(_snapshot.Ignored);
            var row = new TableRowWriter(_snapshot.Keep);
            foreach (ref readonly var item in events.AsSpan(0, _read))
            {
                var slice = _page.Cut[item.Index];
                var json = _page.Bytes.Span.Slice(slice.Start, slice.Length);
                var hash = content.Read(json);
                var isKeyless = item.Tag == ContentTag.None;
                var start = _fields.Length;
                if (_snapshot.Changes == SnapshotChanges.Diff)
                {
                    using var key = new PooledBytes();
                    if (!isKeyless)
                    {
                        WriteKey(_page, _reading, item.Index, key);
                    }

                    content.WriteFields(key.WrittenSpan, _fields);
                }

                var rowStart = _rows.Length;
                NotKept += row.Write(json, _rows);
                var known = memory.Find(item.Id);
                var isNews = !known.IsKnown || known.Content != hash || !(_snapshot.Compares || known.IsListed);
                Keyless += isKeyless ? 1 : 0;
                Twice += known.IsListed && known.Content != hash ? 1 : 0;
                memory.List(item.Id, hash);
                _found.Add(new Found(item.Index, item.Id, hash, isNews, known, start, _fields.Length - start) { RowStart = rowStart, RowLength = _rows.Length - rowStart });
            }
        }
        finally
        {
            LargeArrays.Return(events);
        }
    }

    private void Write(IReadOnlyDictionary<EventKey, byte[]>? before)
    {
        using var names = new PooledBytes();
        foreach (var one in _found.Where(one => one.IsNews))
        {
            var slice = _page.Cut[one.Index];
            if (_snapshot.Changes != SnapshotChanges.Diff)
            {
                Events.Add(one.Key, one.Content, slice);
                continue;
            }

            var now = _fields.WrittenSpan.Slice(one.Start, one.Length);
            names.Clear();
            if (before?.TryGetValue(one.Key, out var old) == true)
            {
                ObjectContent.WriteChanged(now, old, names);
            }

            Events.Add(one.Key, one.Content, one.Known.IsKnown ? "changed" : "added", ObjectContent.KeyOf(now), names.WrittenSpan, slice);
        }

        Events.Suppressed = _page.Cut.Count - Events.Count;
    }

    /// <summary>Writes an object's key as it stands in the object; a list where it is of several members.</summary>
    /// <param name="page">The page.</param>
    /// <param name="reading">Where the key stands.</param>
    /// <param name="index">The object's place in the page; it has a key.</param>
    /// <param name="into">Takes it.</param>
    public static void WriteKey(PageContent page, ReadingDefinition reading, int index, PooledBytes into)
    {
        for (var part = 0; part < reading.IdParts; part++)
        {
            var slice = page.Cut.EventField(index, part);
            var value = page.Bytes.Span.Slice(slice.Start, slice.Length);
            var quote = slice.Kind == JsonKind.String ? "\""u8 : ""u8;
            into.Write(part > 0 ? ","u8 : reading.IdParts > 1 ? "["u8 : ""u8);
            into.Write(quote);
            into.Write(value);
            into.Write(quote);
        }

        into.Write(reading.IdParts > 1 ? "]"u8 : ""u8);
    }

    private readonly record struct Found(int Index, EventKey Key, ulong Content, bool IsNews, KnownObject Known, int Start, int Length)
    {
        public int RowStart { get; init; }

        public int RowLength { get; init; }

        public bool IsListed => Known.IsListed;

        // Where a listing starts again, what it had is not written again.
        public bool IsKept => Known.IsListed && Known.Content == Content;
    }
}
