using System.Buffers.Binary;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Storage.SeenIds;

/// <summary>A chunk of recent ids, as two columns of the checkpoint row: keys with times, and beside them the tags of the contents.</summary>
internal sealed class IdChunk
{
    private const int EntryBytes = EventKey.Size + sizeof(uint);

    // The tag of the column of ids, since an older version writes that alone; the window in progress, and the first entry that was added in it.
    private const int HeaderBytes = 3 * sizeof(uint);

    private readonly List<EventKey> _keys = [];
    private readonly List<uint> _times = [];
    private readonly List<uint> _tags = [];
    private uint _window;
    private int _windowStart;

    /// <summary>How many ids.</summary>
    public int Count => _keys.Count;

    /// <summary>The newest time of an event, in seconds since 1970.</summary>
    public uint Newest { get; private set; }

    /// <summary>Whether it must be written.</summary>
    public bool Changed { get; set; }

    /// <summary>An entry.</summary>
    public (EventKey Key, uint Seconds, uint Tag) this[int at] => (_keys[at], _times[at], _tags[at]);

    /// <summary>The window in which an entry was added, as far as it is known; 0 when it is not.</summary>
    public uint WindowOf(int at) => at >= _windowStart ? _window : 0;

    /// <summary>Adds an id.</summary>
    /// <param name="key">The id.</param>
    /// <param name="seconds">The event's time.</param>
    /// <param name="tag">The tag of its content.</param>
    /// <param name="window">The window that listed it.</param>
    public void Add(EventKey key, uint seconds, uint tag, uint window)
    {
        if (window != _window)
        {
            (_window, _windowStart) = (window, Count);
        }

        _keys.Add(key);
        _times.Add(seconds);
        _tags.Add(tag);
        Newest = Math.Max(Newest, seconds);
    }

    /// <summary>Adds what the columns hold. Bytes that are not whole entries say nothing.</summary>
    public void Load(ReadOnlySpan<byte> ids, ReadOnlySpan<byte> tags)
    {
        var count = ids.Length / EntryBytes;
        var isTagged = tags.Length == HeaderBytes + (count * ContentTag.Size) && BinaryPrimitives.ReadUInt32LittleEndian(tags) == ContentTag.Of(ids);
        for (var at = 0; at < count; at++)
        {
            var entry = ids[(at * EntryBytes)..];
            var tag = isTagged ? tags[(HeaderBytes + (at * ContentTag.Size))..] : default;
            Add(
                EventKey.ReadFrom(entry),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[EventKey.Size..]),
                isTagged ? tag[0] | ((uint)tag[1] << 8) | ((uint)tag[2] << 16) : ContentTag.None,
                window: 0);
        }

        if (isTagged)
        {
            _window = BinaryPrimitives.ReadUInt32LittleEndian(tags[4..]);
            _windowStart = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(tags[8..]), (uint)Count);
        }
    }

    /// <summary>The column of ids; empty when there is none.</summary>
    public byte[] Ids()
    {
        var column = new byte[Count * EntryBytes];
        for (var at = 0; at < Count; at++)
        {
            _keys[at].WriteTo(column.AsSpan(at * EntryBytes));
            BinaryPrimitives.WriteUInt32LittleEndian(column.AsSpan((at * EntryBytes) + EventKey.Size), _times[at]);
        }

        return column;
    }

    /// <summary>The column of tags for a column of ids.</summary>
    public byte[] Tags(ReadOnlySpan<byte> ids)
    {
        var column = new byte[HeaderBytes + (Count * ContentTag.Size)];
        BinaryPrimitives.WriteUInt32LittleEndian(column, ContentTag.Of(ids));
        BinaryPrimitives.WriteUInt32LittleEndian(column.AsSpan(4), _window);
        BinaryPrimitives.WriteUInt32LittleEndian(column.AsSpan(8), (uint)_windowStart);
        for (var at = 0; at < Count; at++)
        {
            var into = column.AsSpan(HeaderBytes + (at * ContentTag.Size));
            (into[0], into[1], into[2]) = ((byte)_tags[at], (byte)(_tags[at] >> 8), (byte)(_tags[at] >> 16));
        }

        return column;
    }
}
