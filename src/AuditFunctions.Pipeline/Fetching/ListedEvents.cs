using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// The events that objects of a listing make: the objects themselves, byte for byte, or what became of them. An event is known by its listing, the object's
/// key and content, and its time is that of the listing.
/// </summary>
internal sealed class ListedEvents(ReadOnlyMemory<byte> page, DateTimeOffset listing) : IFreshEvents, IDisposable
{
    private readonly List<Entry> _entries = [];
    private readonly PooledBytes _bytes = new();
    private readonly byte[] _listedAt = Encoding.ASCII.GetBytes(listing.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public int Suppressed { get; set; }

    /// <summary>An object goes on as it is.</summary>
    public void Add(EventKey key, ulong content, EventSlice slice) => _entries.Add(new Entry(KeyOf(key, content), slice, IsOwn: false));

    /// <summary>What became of an object goes on.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">The hash of its content.</param>
    /// <param name="change">What became of it.</param>
    /// <param name="keyText">Its key as JSON; empty when it has none.</param>
    /// <param name="fields">The names that have changed, as the inside of a list; empty when that is not known or not the question.</param>
    /// <param name="slice">The object; null when it is gone.</param>
    public void Add(EventKey key, ulong content, string change, ReadOnlySpan<byte> keyText, ReadOnlySpan<byte> fields, EventSlice? slice)
    {
        var start = _bytes.Length;
        _bytes.Write("{\"change\":\""u8);
        _bytes.Write(Encoding.ASCII.GetBytes(change));
        _bytes.Write("\",\"key\":"u8);
        _bytes.Write(keyText.Length == 0 ? "null"u8 : keyText);
        if (fields.Length > 0)
        {
            _bytes.Write(",\"fields\":["u8);
            _bytes.Write(fields);
            _bytes.Write("]"u8);
        }

        _bytes.Write(",\"listing\":\""u8);
        _bytes.Write(_listedAt);
        _bytes.Write("\""u8);
        if (slice is { } whole)
        {
            _bytes.Write(",\"object\":"u8);
            _bytes.Write(page.Span.Slice(whole.Start, whole.Length));
        }

        _bytes.Write("}"u8);
        _entries.Add(new Entry(KeyOf(key, content), new EventSlice(start, _bytes.Length - start), IsOwn: true));
    }

    /// <inheritdoc/>
    public EventKey KeyOf(int at) => _entries[at].Id;

    /// <inheritdoc/>
    public string? LetterReason(int at) => null;

    /// <inheritdoc/>
    public EventView View(int at, Span<byte> scratch)
    {
        var entry = _entries[at];
        var from = entry.IsOwn ? _bytes.WrittenSpan : page.Span;
        return new EventView
        {
            Bytes = from.Slice(entry.Slice.Start, entry.Slice.Length),
            Id = scratch[..Encoding.ASCII.GetBytes(entry.Id.ToString(), scratch)],
            Time = listing,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    private EventKey KeyOf(EventKey key, ulong content)
    {
        Span<byte> version = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteInt64BigEndian(version, listing.UtcTicks);
        BinaryPrimitives.WriteUInt64BigEndian(version[sizeof(ulong)..], content);
        return EventKey.FromVersion(key, version);
    }

    private readonly record struct Entry(EventKey Id, EventSlice Slice, bool IsOwn);
}
