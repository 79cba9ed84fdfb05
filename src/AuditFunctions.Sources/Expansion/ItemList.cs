using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Sources.Expansion;

/// <summary>The items of one page of a list: what is needed of each to ask for its answer, so that the page itself need not be kept.</summary>
internal sealed class ItemList
{
    // As much as a page has without asking for memory: a list is kept while its answers are read, and must keep no page from its memory.
    private const int MostBytes = 1024 * 1024;

    private readonly List<ListItem> _items = [];
    private readonly List<ulong> _prints = [0];

    private ItemList(PageQuery query, PageEnd end) => (Query, End) = (query, end);

    /// <summary>What it was asked for with; its cursor is that of the list.</summary>
    public PageQuery Query { get; }

    /// <summary>What comes after the page of the list.</summary>
    public PageEnd End { get; }

    /// <summary>How many items count.</summary>
    public int Count => _items.Count;

    /// <summary>An item.</summary>
    public ListItem this[int at] => _items[at];

    /// <summary>Whether it is the page of the list that is asked for.</summary>
    public bool IsFor(PageQuery query, string? cursor) => Query.Cursor == cursor && Query.From == query.From && Query.To == query.To;

    /// <summary>The place before an item; behind the last one, that of the next page of the list.</summary>
    public PageEnd EndBefore(int item) => item < Count
        ? new PageEnd(new ItemPlace(Query.Cursor, item, _prints[item]).ToStored(), IsLast: false)
        : new PageEnd(End.Cursor is { } next ? new ItemPlace(next, 0, 0).ToStored() : null, End.IsLast);

    /// <summary>The item to go on with: the first one when the list holds others now before the place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="inner">Where to go on inside of it; null at its start.</param>
    public int ItemOf(ItemPlace place, out string? inner)
    {
        inner = null;
        if (place.Item >= Count || _prints[place.Inner is null ? place.Item : place.Item + 1] != place.Print)
        {
            return 0;
        }

        inner = place.Inner;
        return place.Item;
    }

    /// <summary>The place inside an item whose answer has another page.</summary>
    public PageEnd EndInside(int item, string inner, int pages) =>
        new(new ItemPlace(Query.Cursor, item, _prints[item + 1], inner, pages).ToStored(), IsLast: false);

    /// <summary>Takes the items out of a page.</summary>
    /// <returns>The list, or why it cannot be used.</returns>
    public static (ItemList? List, PageResult.Failed? Failure) Of(PageContent page, PageEnd end, PageQuery query, ExpandDefinition expand)
    {
        var list = new ItemList(query, end);
        if (page.Cut.Quarantined.Count > 0)
        {
            return (null, new PageResult.Failed(0, $"the list of items cannot be read: {page.Cut.Quarantined[0].Reason}"));
        }

        var bytes = 0;
        for (var at = 0; at < page.Cut.Count; at++)
        {
            if (!Counts(page, at, expand))
            {
                continue;
            }

            var (item, wrong) = Read(page, at, expand);
            if (item is null)
            {
                return (null, new PageResult.Failed(0, $"item {at + 1} of the list {wrong}"));
            }

            list.Add(item);
            bytes += item.Bytes;
            if (list.Count > ExpandDefinition.MaxItems || bytes > MostBytes)
            {
                var what = bytes > MostBytes ? $"more than {MostBytes >> 10} KB of values" : $"more than {ExpandDefinition.MaxItems:N0} items";
                return (null, new PageResult.Failed(0, $"a page of the list holds {what}; ask for smaller pages with pageSize, or for less of each item") { IsTooMuch = true });
            }
        }

        return (list, null);
    }

    private static bool Counts(PageContent page, int at, ExpandDefinition expand) =>
        expand.Where.All(condition => TextOf(page, at, condition.Field) is { } text && condition.Is.Contains(text));

    private static (ListItem? Item, string? Wrong) Read(PageContent page, int at, ExpandDefinition expand)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var path = 0; path < expand.Paths.Count; path++)
        {
            if (TextOf(page, at, path) is { Length: > 0 } text)
            {
                values[expand.Paths[path]] = text;
            }
            else if (expand.Needed.Contains(expand.Paths[path]))
            {
                return (null, $"has nothing at '{expand.Paths[path]}', which 'expand.request' needs; if that is no mistake, leave such items out with 'expand.filter'");
            }
        }

        var reading = expand.List;
        DateTimeOffset? time = reading.TryReadTime(page.Bytes.Span, page.Cut, at, out var read) ? read : null;
        return (new ListItem(values, time, AddedOf(page, at, expand)), null);
    }

    // The members that each event of the item's gets, as they are written.
    private static byte[] AddedOf(PageContent page, int at, ExpandDefinition expand)
    {
        using var added = new PooledBytes();
        foreach (var (member, field) in expand.Added)
        {
            var slice = page.Cut.EventField(at, field);
            added.Write(added.Length > 0 ? ","u8 : []);
            added.Write(MemberName.Of(member));
            added.Write(slice.Kind switch
            {
                JsonKind.Missing => "null"u8,
                JsonKind.String => page.Bytes.Span.Slice(slice.Start - 1, slice.Length + 2),
                _ => page.Bytes.Span.Slice(slice.Start, slice.Length),
            });
        }

        return added.WrittenSpan.ToArray();
    }

    private static string? TextOf(PageContent page, int at, int field)
    {
        var slice = page.Cut.EventField(at, field);
        return slice.Kind is JsonKind.Missing or JsonKind.Null ? null : JsonText.Unescape(page.Bytes.Span, slice);
    }

    private void Add(ListItem item)
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\n', item.Values.Values));
        var before = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(before, _prints[^1]);
        _prints.Add(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData([.. before, .. text])));
        _items.Add(item);
    }
}

/// <summary>What is needed of an item.</summary>
/// <param name="Values">The values of its request's placeholders, by path.</param>
/// <param name="Time">When it was made, if the template says where that stands and it could be read.</param>
/// <param name="Added">The members that its events get, as JSON without braces.</param>
internal sealed record ListItem(IReadOnlyDictionary<string, string> Values, DateTimeOffset? Time, byte[] Added)
{
    /// <summary>About what it takes.</summary>
    public int Bytes => Added.Length + Values.Values.Sum(value => 2 * value.Length);
}
