using System.Buffers.Binary;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Storage.SeenIds;

/// <summary>An id that leaves the checkpoint row.</summary>
/// <param name="Key">The event's key.</param>
/// <param name="Seconds">Its time in seconds since 1970; 0 when it has none.</param>
public readonly record struct LeavingId(EventKey Key, uint Seconds);

/// <summary>
/// The events of a partition that were sent last, and could be listed again. Kept in a ring of chunks, each a binary column of the checkpoint row, so that
/// a page writes only the chunks that it changed, together with the cursor. What does not fit any more leaves for the segments (see <see cref="MakeRoom"/>).
/// </summary>
public sealed class RecentIds
{
    /// <summary>Chunks in the ring.</summary>
    public const int MaxChunks = 12;

    /// <summary>Ids in a chunk: with 20 bytes each a chunk stays below the 64 KiB of a column.</summary>
    public const int ChunkIds = 3_200;

    /// <summary>Chunks that leave at once when the ring is full: fewer and longer blocks in the segments.</summary>
    public const int LeavingChunks = 4;

    private const int EntryBytes = 20;

    private readonly Chunk[] _chunks = new Chunk[MaxChunks];
    private readonly HashSet<EventKey> _known = [];
    private readonly Queue<LeavingId> _waiting = new();
    private readonly int _chunkIds;
    private int _current;

    /// <summary>An empty ring.</summary>
    public RecentIds()
        : this(ChunkIds)
    {
    }

    /// <summary>An empty ring of smaller chunks, in which a few events do what many do.</summary>
    internal RecentIds(int chunkIds)
    {
        _chunkIds = chunkIds;
        for (var at = 0; at < MaxChunks; at++)
        {
            _chunks[at] = new Chunk();
        }
    }

    /// <summary>How many ids are known.</summary>
    public int Count => _known.Count;

    /// <summary>Whether ids wait for room: <see cref="MakeRoom"/> must be called before the chunks are written.</summary>
    public bool IsOverfull => _waiting.Count > 0;

    /// <summary>An event's time as entries hold it: whole seconds; 0 for none, and for one before 1970 or more than a day ahead, which nothing can be told from.</summary>
    public static uint SecondsOf(DateTimeOffset? at, DateTimeOffset now) =>
        at is { } known && known <= now.AddDays(1) ? (uint)Math.Clamp(known.ToUnixTimeSeconds(), 0, uint.MaxValue) : 0;

    /// <summary>Fills a chunk with what its column holds.</summary>
    public void Load(int chunk, ReadOnlySpan<byte> column)
    {
        for (var at = 0; at + EntryBytes <= column.Length; at += EntryBytes)
        {
            var key = EventKey.ReadFrom(column[at..]);
            _known.Add(key);
            _chunks[chunk].Add(key, BinaryPrimitives.ReadUInt32LittleEndian(column[(at + 16)..]));
        }

        // The chunk that is neither full nor empty is the one that was being filled.
        if (_chunks[chunk].Count > 0 && _chunks[chunk].Count < _chunkIds)
        {
            _current = chunk;
        }
    }

    /// <summary>Whether an event was sent before, as far as the ring knows.</summary>
    public bool Contains(EventKey key) => _known.Contains(key);

    /// <summary>Remembers an event.</summary>
    /// <param name="key">Its identity.</param>
    /// <param name="seconds">Its time, from <see cref="SecondsOf"/>.</param>
    public void Add(EventKey key, uint seconds)
    {
        if (_known.Add(key) && !TryPlace(key, seconds))
        {
            _waiting.Enqueue(new LeavingId(key, seconds));
        }
    }

    /// <summary>Makes room for the ids that wait: the chunks whose events are oldest leave.</summary>
    /// <param name="horizon">Events before this are not listed again.</param>
    /// <param name="forgottenTo">The newest second of which an id was let go because it lies before the horizon; 0 when none was.</param>
    /// <returns>The ids that leave and could still be listed again: they must be kept elsewhere before the chunks are written.</returns>
    public IReadOnlyList<LeavingId> MakeRoom(DateTimeOffset horizon, out uint forgottenTo)
    {
        var oldest = (uint)Math.Clamp(horizon.ToUnixTimeSeconds(), 0, uint.MaxValue);
        var leaving = new List<LeavingId>();
        forgottenTo = 0;
        while (_waiting.Count > 0)
        {
            var byAge = Enumerable.Range(0, MaxChunks).OrderBy(at => _chunks[at].Newest).ToArray();
            var stale = byAge.Count(at => _chunks[at].Newest < oldest);
            foreach (var at in byAge.Take(stale > 0 ? stale : LeavingChunks))
            {
                forgottenTo = Math.Max(forgottenTo, Empty(at, oldest, leaving));
            }

            while (_waiting.TryPeek(out var next) && TryPlace(next.Key, next.Seconds))
            {
                _waiting.Dequeue();
            }
        }

        return leaving;
    }

    /// <summary>Whether a chunk must be written.</summary>
    public bool IsChanged(int chunk) => _chunks[chunk].Changed;

    /// <summary>The column of a chunk; empty when it holds nothing.</summary>
    public byte[] Column(int chunk)
    {
        var from = _chunks[chunk];
        var column = new byte[from.Count * EntryBytes];
        for (var at = 0; at < from.Count; at++)
        {
            from.Keys[at].WriteTo(column.AsSpan(at * EntryBytes));
            BinaryPrimitives.WriteUInt32LittleEndian(column.AsSpan((at * EntryBytes) + 16), from.Times[at]);
        }

        return column;
    }

    /// <summary>Says that every chunk is written.</summary>
    public void Written()
    {
        foreach (var chunk in _chunks)
        {
            chunk.Changed = false;
        }
    }

    private bool TryPlace(EventKey key, uint seconds)
    {
        if (_chunks[_current].Count >= _chunkIds)
        {
            var empty = Array.FindIndex(_chunks, chunk => chunk.Count == 0);
            if (empty < 0)
            {
                return false;
            }

            _current = empty;
        }

        _chunks[_current].Add(key, seconds);
        _chunks[_current].Changed = true;
        return true;
    }

    // An event without a time may be listed whenever: its id is never forgotten here.
    private uint Empty(int chunk, uint oldest, List<LeavingId> leaving)
    {
        var forgottenTo = 0U;
        var old = _chunks[chunk];
        for (var at = 0; at < old.Count; at++)
        {
            _known.Remove(old.Keys[at]);
            if (old.Times[at] == 0 || old.Times[at] >= oldest)
            {
                leaving.Add(new LeavingId(old.Keys[at], old.Times[at]));
            }
            else
            {
                forgottenTo = Math.Max(forgottenTo, old.Times[at]);
            }
        }

        _chunks[chunk] = new Chunk { Changed = true };
        return forgottenTo;
    }

    private sealed class Chunk
    {
        public List<EventKey> Keys { get; } = [];

        public List<uint> Times { get; } = [];

        public int Count => Keys.Count;

        public uint Newest { get; private set; }

        public bool Changed { get; set; }

        public void Add(EventKey key, uint seconds)
        {
            Keys.Add(key);
            Times.Add(seconds);
            Newest = Math.Max(Newest, seconds);
        }
    }
}
