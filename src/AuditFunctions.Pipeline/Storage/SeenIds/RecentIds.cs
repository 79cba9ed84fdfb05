using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Storage.SeenIds;

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

    private readonly IdChunk[] _chunks = new IdChunk[MaxChunks];
    private readonly Dictionary<EventKey, Known> _known = [];
    private readonly Queue<(LeavingId Id, uint Tag)> _waiting = new();
    private readonly int _chunkIds;
    private int _current;
    private uint _window;

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
            _chunks[at] = new IdChunk();
        }
    }

    /// <summary>How many ids are known.</summary>
    public int Count => _known.Count;

    /// <summary>Whether ids wait for room: <see cref="MakeRoom"/> must be called before the chunks are written.</summary>
    public bool IsOverfull => _waiting.Count > 0;

    /// <summary>An event's time as entries hold it: whole seconds; 0 for none, and for one before 1970 or more than a day ahead, which say nothing.</summary>
    public static uint SecondsOf(DateTimeOffset? at, DateTimeOffset now) =>
        at is { } known && known <= now.AddDays(1) ? (uint)Math.Clamp(known.ToUnixTimeSeconds(), 0, uint.MaxValue) : 0;

    /// <summary>Fills a chunk with what its columns hold.</summary>
    /// <param name="chunk">Which.</param>
    /// <param name="column">Its ids.</param>
    /// <param name="tags">The tags beside them; empty when there are none.</param>
    public void Load(int chunk, ReadOnlySpan<byte> column, ReadOnlySpan<byte> tags = default)
    {
        _chunks[chunk].Load(column, tags);
        for (var at = 0; at < _chunks[chunk].Count; at++)
        {
            var (key, _, tag) = _chunks[chunk][at];
            _known[key] = new Known(tag, _chunks[chunk].WindowOf(at));
        }

        // The chunk that is neither full nor empty is the one that was being filled.
        if (_chunks[chunk].Count > 0 && _chunks[chunk].Count < _chunkIds)
        {
            _current = chunk;
        }
    }

    /// <summary>A window begins: what was listed in the one before says nothing of events with the same id in this one.</summary>
    /// <param name="window">A number for it that is the same when it is gone on with; not 0.</param>
    public void BeginWindow(uint window) => _window = window;

    /// <summary>Whether an event was sent before, as far as the ring knows.</summary>
    public bool Contains(EventKey key) => _known.ContainsKey(key);

    /// <summary>The tag of the event that was sent with an id; null when none was.</summary>
    /// <param name="key">The id.</param>
    /// <param name="isListed">Whether that event was listed in this window.</param>
    public uint? TagOf(EventKey key, out bool isListed)
    {
        var isKnown = _known.TryGetValue(key, out var known);
        isListed = isKnown && known.Window == _window && _window != 0;
        return isKnown ? known.Tag : null;
    }

    /// <summary>Notes that the event that was sent with an id is listed in this window.</summary>
    public void Listed(EventKey key, uint tag)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_known, key);
        if (!Unsafe.IsNullRef(ref known) && known.Tag == tag)
        {
            known = known with { Window = _window };
        }
    }

    /// <summary>The newest time of an event that is not after an instant; null when there is none.</summary>
    public DateTimeOffset? NewestUpTo(DateTimeOffset limit)
    {
        var newest = 0U;
        var most = SecondsOf(limit, limit);
        foreach (var chunk in _chunks)
        {
            for (var at = 0; at < chunk.Count; at++)
            {
                var seconds = chunk[at].Seconds;
                newest = seconds <= most && seconds > newest ? seconds : newest;
            }
        }

        return newest == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(newest);
    }

    /// <summary>Remembers an event.</summary>
    /// <param name="key">Its identity.</param>
    /// <param name="seconds">Its time, from <see cref="SecondsOf"/>.</param>
    /// <param name="tag">The tag of its content.</param>
    public void Add(EventKey key, uint seconds, uint tag = ContentTag.None)
    {
        if (_known.TryAdd(key, new Known(tag, _window)) && !TryPlace(key, seconds, tag))
        {
            _waiting.Enqueue((new LeavingId(key, seconds), tag));
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

            while (_waiting.TryPeek(out var next) && TryPlace(next.Id.Key, next.Id.Seconds, next.Tag))
            {
                _waiting.Dequeue();
            }
        }

        return leaving;
    }

    /// <summary>Whether a chunk must be written.</summary>
    public bool IsChanged(int chunk) => _chunks[chunk].Changed;

    /// <summary>The ids of a chunk; empty when it holds none.</summary>
    public byte[] Column(int chunk) => _chunks[chunk].Ids();

    /// <summary>The tags of a chunk beside its ids.</summary>
    public byte[] Tags(int chunk, ReadOnlySpan<byte> ids) => _chunks[chunk].Tags(ids);

    /// <summary>Says that every chunk is written.</summary>
    public void Written()
    {
        foreach (var chunk in _chunks)
        {
            chunk.Changed = false;
        }
    }

    private bool TryPlace(EventKey key, uint seconds, uint tag)
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

        _chunks[_current].Add(key, seconds, tag, _window);
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
            var (key, seconds, _) = old[at];
            _known.Remove(key);
            if (seconds == 0 || seconds >= oldest)
            {
                leaving.Add(new LeavingId(key, seconds));
            }
            else
            {
                forgottenTo = Math.Max(forgottenTo, seconds);
            }
        }

        _chunks[chunk] = new IdChunk { Changed = true };
        return forgottenTo;
    }

    // The content that was sent, and the window in which it was last listed.
    private readonly record struct Known(uint Tag, uint Window);
}
