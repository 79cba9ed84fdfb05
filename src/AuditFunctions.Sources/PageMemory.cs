using AuditFunctions.Events;
using AuditFunctions.Sources.Answers;

namespace AuditFunctions.Sources;

/// <summary>
/// The memory that all pages of this process may take together. A small page has its share without asking. What a larger one needs comes from a common
/// part; when that is used up pages wait for it, and one after the other they may have the rest, which is kept for a single large page: so there is
/// always one that can be finished. Thread safe.
/// </summary>
public sealed class PageMemory
{
    /// <summary>What an event costs beside its bytes: its places in the page, its id and its time.</summary>
    internal const int EventBytes = 256;

    /// <summary>The largest page that has its share without asking, in bytes; it may hold as many events as cost as much.</summary>
    public const int SmallPage = 512 * 1024;

    // Writers ask for more room than they use.
    private const int RoomToWrite = (1 << 20) + 1;

    private const long Least = 48L << 20;
    private const long Most = 128L << 20;

    // Garbage of large pages that is worth a collection of its own: else it would wait for one until the process is as large as it may become.
    private const long GarbageToCollect = 32L << 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private readonly long _mostOfOne;
    private long _common;
    private bool _largeIsTaken;
    private long _garbage;

    // Buffers for all large pages: new ones for each would stand beside the last ones, which the collector frees later. Weak, so that they are given back.
    private WeakReference<byte[]>? _large;
    private WeakReference<byte[]>? _beside;

    /// <summary>Creates the memory of a process.</summary>
    /// <param name="bytes">All of it; 16 MB at least.</param>
    /// <param name="mostEvents">The most events that a page may hold.</param>
    public PageMemory(long bytes, int mostEvents)
    {
        _common = bytes * 3 / 8;
        _mostOfOne = _common / 4;
        var large = bytes - _common;
        MostBytes = (int)Math.Min(VendorClient.MaxPageBytes, large / 5 * 4);
        MostEvents = (int)Math.Min(mostEvents, large / 5 / EventBytes);
    }

    /// <summary>The largest page, in bytes.</summary>
    public int MostBytes { get; }

    /// <summary>The most events of a page.</summary>
    public int MostEvents { get; }

    /// <summary>What is taken where nothing else is said: a third of the memory that the process may use, 48 to 128 MB.</summary>
    /// <param name="available">What the process may use, in bytes.</param>
    public static long DefaultOf(long available) => Math.Clamp(available / 3, Least, Most);

    /// <summary>Frees the garbage of large pages.</summary>
    internal Action Collect { get; init; } = () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>A page begins to be read.</summary>
    internal PageShare Open(MemoryTurn? turn = null) => new(this) { Turn = turn };

    internal async ValueTask ReserveAsync(PageShare share, long total, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            var needed = NeededOf(share, total);
            if (needed <= 0 || (_waiting.Count == 0 && TryGive(share, total)))
            {
                return;
            }

            waiter = new Waiter(share, total);
            _waiting.AddLast(waiter);
        }

        share.Waits = true;
        await using (cancellationToken.Register(() => GiveUp(waiter, cancellationToken)))
        {
            await waiter.Turn.Task;
        }

        share.Waits = false;
    }

    /// <summary>The most bytes of a page that is made of an answer of another shape: its events, and once more what paging looks at.</summary>
    internal long MostMade => 2L * MostBytes;

    /// <summary>The buffer of the one large page, which must have that part.</summary>
    internal byte[] LargeBuffer() => Kept(ref _large, MostBytes + 1);

    /// <summary>The buffer of what is made of the one large page.</summary>
    internal byte[] BufferBeside() => Kept(ref _beside, (int)Math.Min(Array.MaxLength, MostMade + RoomToWrite));

    private byte[] Kept(ref WeakReference<byte[]>? kept, int length)
    {
        lock (_lock)
        {
            if (kept is null || !kept.TryGetTarget(out var buffer))
            {
                buffer = GC.AllocateUninitializedArray<byte>(length);
                kept = new WeakReference<byte[]>(buffer);
            }

            return buffer;
        }
    }

    internal void Release(PageShare share)
    {
        bool collect;
        lock (_lock)
        {
            _garbage += share.IsLarge || share.Common > _mostOfOne / 2 ? share.Peak : 0;
            collect = _garbage >= GarbageToCollect;
            _garbage = collect ? 0 : _garbage;
            _common += share.Common;
            share.Common = 0;
            _largeIsTaken &= !share.IsLarge;
            share.IsLarge = false;
            GiveOn();
        }

        if (collect)
        {
            // Not here, where the callers' frames may still refer to what was given back.
            ThreadPool.UnsafeQueueUserWorkItem(_ => Collect(), null);
        }
    }

    /// <summary>Whether a page has so much without asking.</summary>
    internal static bool IsFree(PageShare share, long total) => NeededOf(share, total) <= 0;

    private static long NeededOf(PageShare share, long total) => share.IsLarge ? 0 : total - (2L * SmallPage) - share.Common;

    private bool TryGive(PageShare share, long total)
    {
        var needed = NeededOf(share, total);
        if (needed <= _common && share.Common + needed <= _mostOfOne)
        {
            _common -= needed;
            share.Common += needed;
            return true;
        }

        if (_largeIsTaken)
        {
            return false;
        }

        _common += share.Common;
        share.Common = 0;
        share.IsLarge = _largeIsTaken = true;
        return true;
    }

    // Of those that wait, whoever fits goes first; that the first one waits for more starves it of nothing, since the large part comes to it in the end.
    private void GiveOn()
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (TryGive(node.Value.Share, node.Value.Total))
            {
                _waiting.Remove(node);
                node.Value.Turn.TrySetResult();
            }

            node = next;
        }
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _waiting.Remove(waiter);
        }

        // What was given meanwhile comes back with the share.
        waiter.Turn.TrySetCanceled(cancellationToken);
    }

    private sealed class Waiter(PageShare share, long total)
    {
        public PageShare Share => share;

        public long Total => total;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What one page has of the <see cref="PageMemory"/>.</summary>
internal sealed class PageShare(PageMemory memory) : IDisposable
{
    /// <summary>The largest page, in bytes.</summary>
    public int MostBytes => memory.MostBytes;

    /// <summary>The most events of a page.</summary>
    public int MostEvents => memory.MostEvents;

    /// <summary>The largest page with what is made of it, in bytes.</summary>
    public long MostTogether => memory.MostBytes + memory.MostMade;

    /// <summary>Whether it has the part of the one large page.</summary>
    public bool IsLarge { get; set; }

    /// <summary>Whether it waits for memory.</summary>
    public bool Waits { get; set; }

    /// <summary>When it may ask for more than is free; null for at once.</summary>
    public MemoryTurn? Turn { get; init; }

    /// <summary>Bytes that it has of the common part.</summary>
    public long Common { get; set; }

    /// <summary>The most bytes that it asked for.</summary>
    public long Peak { get; private set; }

    /// <summary>Events that may be taken down without asking again, beside a buffer of so many bytes.</summary>
    public int EventsBeside(int capacity) =>
        IsLarge ? MostEvents : Math.Min(MostEvents, Math.Max(capacity, PageMemory.SmallPage) / PageMemory.EventBytes);

    /// <summary>Waits until a buffer may grow.</summary>
    /// <param name="capacity">To how many bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The buffer; null where it grows by itself. A large page gets one that holds all that it may need, so that it is copied once only.</returns>
    public async ValueTask<byte[]?> GrowAsync(int capacity, CancellationToken cancellationToken)
    {
        // As much again for what is found in it.
        await ReserveAsync(2L * capacity, cancellationToken);
        if (!IsLarge)
        {
            return null;
        }

        Peak = Math.Max(Peak, MostBytes);
        return memory.LargeBuffer();
    }

    /// <summary>The buffer of the page itself.</summary>
    public PooledBytes Own() => new(needed => IsLarge && needed <= MostBytes ? memory.LargeBuffer() : null);

    /// <summary>A buffer for what is made of the page, beside it; one at a time.</summary>
    /// <exception cref="ShapeTooLargeException">On a write: it would be larger than may be made of a page.</exception>
    public PooledBytes Beside() => new(needed =>
        !IsLarge ? null
        : memory.BufferBeside() is var buffer && needed <= buffer.Length ? buffer
        : throw new ShapeTooLargeException());

    /// <summary>Waits until so many bytes are there altogether.</summary>
    public async ValueTask ReserveAsync(long total, CancellationToken cancellationToken)
    {
        Peak = Math.Max(Peak, total);
        if (Turn is { } turn && !PageMemory.IsFree(this, total))
        {
            await turn.WaitAsync(cancellationToken);
        }

        await memory.ReserveAsync(this, total, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => memory.Release(this);
}
