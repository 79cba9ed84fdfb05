using System.Buffers.Binary;
using AuditFunctions.Pipeline.Events;

namespace AuditFunctions.Pipeline.State;

/// <summary>
/// The events of a partition that were sent and could be listed again: those inside the overlap and those of the last page. Kept in a ring of
/// chunks, each a binary column of the checkpoint row, so that a page writes only the chunks that it changed.
/// </summary>
public sealed class RecentIds
{
    /// <summary>Chunks in the ring.</summary>
    public const int MaxChunks = 12;

    /// <summary>Ids in a chunk: with 20 bytes each a chunk stays below the 64 KiB of a column.</summary>
    public const int ChunkIds = 3_200;

    private const int EntryBytes = 20;

    private readonly Chunk[] _chunks = new Chunk[MaxChunks];
    private readonly HashSet<EventKey> _known = [];
    private int _current;

    /// <summary>An empty ring.</summary>
    public RecentIds()
    {
        for (var at = 0; at < MaxChunks; at++)
        {
            _chunks[at] = new Chunk();
        }
    }

    /// <summary>How many ids are known.</summary>
    public int Count => _known.Count;

    /// <summary>How many ids inside the overlap had to be forgotten because the ring was full.</summary>
    public long Forgotten { get; private set; }

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
        if (_chunks[chunk].Count is > 0 and < ChunkIds)
        {
            _current = chunk;
        }
    }

    /// <summary>Whether an event was sent before.</summary>
    public bool Contains(EventKey key) => _known.Contains(key);

    /// <summary>Remembers an event.</summary>
    /// <param name="key">Its identity.</param>
    /// <param name="at">Its time.</param>
    /// <param name="horizon">Ids of events before this may be forgotten.</param>
    public void Add(EventKey key, DateTimeOffset at, DateTimeOffset horizon)
    {
        if (!_known.Add(key))
        {
            return;
        }

        if (_chunks[_current].Count >= ChunkIds)
        {
            MoveOn(Seconds(horizon));
        }

        _chunks[_current].Add(key, Seconds(at));
        _chunks[_current].Changed = true;
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

    private static uint Seconds(DateTimeOffset at) => (uint)Math.Clamp(at.ToUnixTimeSeconds(), 0, uint.MaxValue);

    // The next chunk to fill: an empty one, else the one whose newest id is the oldest.
    private void MoveOn(uint horizon)
    {
        var best = -1;
        for (var step = 1; step < MaxChunks; step++)
        {
            var at = (_current + step) % MaxChunks;
            if (best < 0 || _chunks[at].Newest < _chunks[best].Newest)
            {
                best = at;
            }
        }

        var old = _chunks[best];
        for (var at = 0; at < old.Count; at++)
        {
            _known.Remove(old.Keys[at]);
            Forgotten += old.Times[at] >= horizon ? 1 : 0;
        }

        _chunks[best] = new Chunk();
        _current = best;
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
