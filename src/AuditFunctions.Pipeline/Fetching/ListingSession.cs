using AuditFunctions.Events;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Listings;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>
/// A run's view of the listing that it reads and of the one before. Objects of a page are kept once their events are sent, as a block that is void until
/// the checkpoint is committed: a stop in between repeats the page against the same state, which gives the same events.
/// </summary>
internal sealed class ListingSession(RunContext context, ListingStore store, SnapshotDefinition snapshot) : IDisposable
{
    /// <summary>The most objects of a partition.</summary>
    public const int MostObjects = 2_000_000;

    // What is listed without new events is kept every so often, so that the memory for it is bounded.
    private const int MostPending = 10_000;
    private const int MostPendingBytes = 1 << 20;

    private readonly List<(EventKey Key, ulong Content, int Fields, int Row)> _pending = [];
    private readonly PooledBytes _fields = new();
    private readonly PooledBytes _rows = new();
    private DateTimeOffset? _loaded;
    private int _new;
    private LastListing? _last;
    private LastListing? _before;

    /// <summary>What is known of objects. Of a listing that was loaded.</summary>
    public ListingMemory Memory { get; private set; } = new();

    /// <summary>How far the listing has come, but for its blocks: once it is committed.</summary>
    public ListingProgress Progress { get; private set; } = ListingProgress.Begin(snapshot.Mark, snapshot.KeepMark);

    /// <summary>Whether so much was listed without new events that it must be kept now.</summary>
    public bool MustKeep => _pending.Count >= MostPending || _fields.Length + _rows.Length >= MostPendingBytes;

    /// <summary>Reads what is known, once for each listing.</summary>
    public async Task LoadAsync(DateTimeOffset listing, Checkpoint current, CancellationToken cancellationToken)
    {
        if (_loaded == listing)
        {
            return;
        }

        var memory = new ListingMemory();
        _last = current.LastListing is { } last && last.Mark == snapshot.Mark && snapshot.Compares ? last : null;
        if (_last is not null)
        {
            await store.ReadAsync(context.Partition, _last.StartedAt, _last.Blocks, (_, key, content, place) => memory.TakeBefore(key, content, place), cancellationToken);
            memory.EndBefore();
            if (memory.Before < _last.Known)
            {
                Lost(_last.Known - memory.Before);
            }
        }

        Progress = ListingProgress.Begin(snapshot.Mark, snapshot.KeepMark);
        if (current.Listing is { } begun)
        {
            Progress = begun;
            await ReadBegunAsync(listing, memory, cancellationToken);
        }

        (_new, _loaded) = (0, listing);
        _pending.Clear();
        _fields.Clear();
        _rows.Clear();
        _before = current.LastListing;
        Memory = memory;
    }

    /// <summary>So many objects of the last listing are lost in storage.</summary>
    public void Lost(long count) => FetchingLog.ListingLost(context.Services.Log, context.Partition.Source, context.Partition.Partition, count);

    /// <summary>An object is kept with the next commit.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">Hash of what counts of its content.</param>
    /// <param name="fields">What a later listing needs to say what has changed.</param>
    /// <param name="row">What the listing's table holds of it; empty where it has none.</param>
    /// <param name="isNew">Whether the listing did not have it before.</param>
    public void Keep(EventKey key, ulong content, ReadOnlySpan<byte> fields, ReadOnlySpan<byte> row, bool isNew)
    {
        _new += isNew ? 1 : 0;
        _pending.Add((key, content, fields.Length, row.Length));
        _fields.Write(fields);
        _rows.Write(row);
    }

    /// <summary>Something of the listing is not known, so that nothing may be said of what it does not list.</summary>
    public void Doubt(string reason) => Progress = Progress with { Doubt = Progress.Doubt ?? reason };

    /// <summary>The listing was read to its proved end.</summary>
    public void End()
    {
        const string Empty = "it is empty, and the one before was not";

        // Nearly always a permission that was taken away: it is believed when the next one says so too.
        var hadSome = Memory.Before > 0 || (snapshot.KeepMark is not null && _before is { Objects: > 0 });
        if (Memory.Listed == 0 && hadSome && _before?.Doubt != Empty)
        {
            Doubt(Empty);
        }

        Progress = Progress with { IsRead = true, Objects = Memory.Listed };
    }

    /// <summary>It is read again from its start, and is what both times had: what it has not even then is gone.</summary>
    public void Again() => Progress = Progress with { IsSecond = true };

    /// <summary>So many objects of the listing before have been looked for.</summary>
    public void Compared(int objects) => Progress = Progress with { Compared = objects };

    /// <summary>The fields of objects of the listing before, by key.</summary>
    public async Task<IReadOnlyDictionary<EventKey, byte[]>> FieldsAsync(IEnumerable<(EventKey Key, FieldsPlace Place)> objects, CancellationToken cancellationToken)
    {
        var found = new Dictionary<EventKey, byte[]>();
        foreach (var part in _last is null ? [] : objects.GroupBy(one => one.Place, one => one.Key))
        {
            foreach (var (key, fields) in await store.ReadFieldsAsync(context.Partition, _last!.StartedAt, part.Key, part.ToHashSet(), cancellationToken))
            {
                found[key] = fields;
            }
        }

        return found;
    }

    /// <summary>Writes what is to be kept, as a block that is valid with the progress that is committed then.</summary>
    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (_loaded is not { } listing || _pending.Count == 0)
        {
            return;
        }

        var (objects, rows) = Pending();
        if (snapshot.KeepMark is not null)
        {
            await context.Services.Tables!.Rows.AppendAsync(context.Partition, listing, Progress.Blocks + 1, rows, cancellationToken);
        }

        await store.AppendAsync(context.Partition, listing, Progress.Blocks + 1, objects, cancellationToken);
        Progress = Progress with { Blocks = Progress.Blocks + 1, Objects = Progress.Objects + (Progress.IsRead ? 0 : _new) };
        _new = 0;
        _pending.Clear();
        _fields.Clear();
        _rows.Clear();
    }

    private (IReadOnlyList<ListedObject> Objects, IReadOnlyList<ListedRow> Rows) Pending()
    {
        var (objects, rows) = (new List<ListedObject>(_pending.Count), new List<ListedRow>());
        var (fieldsAt, rowAt) = (0, 0);
        foreach (var one in _pending)
        {
            objects.Add(new ListedObject(one.Key, one.Content, _fields.WrittenMemory.Slice(fieldsAt, one.Fields)));
            if (one.Row > 0)
            {
                rows.Add(new ListedRow(one.Key, one.Content, _rows.WrittenMemory.Slice(rowAt, one.Row)));
            }

            (fieldsAt, rowAt) = (fieldsAt + one.Fields, rowAt + one.Row);
        }

        return (objects, rows);
    }

    private async Task ReadBegunAsync(DateTimeOffset listing, ListingMemory memory, CancellationToken cancellationToken)
    {
        var left = new List<(EventKey Key, ulong Content)>();
        await store.ReadAsync(context.Partition, listing, Progress.Blocks + 1, Take, cancellationToken);
        if (memory.Listed < Progress.Objects)
        {
            Doubt("objects of it are lost in storage");
        }

        if (left.Count > 0)
        {
            // A run broke off between a block and its commit. The block's events were sent: what they said must be known, whatever the page says now.
            left.ForEach(one => memory.List(one.Key, one.Content));
            Progress = Progress with { Blocks = Progress.Blocks + 1, Objects = Progress.IsRead ? Progress.Objects : memory.Listed };
        }

        void Take(long block, EventKey key, ulong content, FieldsPlace place)
        {
            if (block > Progress.Blocks)
            {
                left.Add((key, content));
            }
            else
            {
                memory.List(key, content);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fields.Dispose();
        _rows.Dispose();
    }
}
