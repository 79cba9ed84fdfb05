namespace AuditFunctions.Events;

/// <summary>
/// What was found in a page: the events and the wanted fields, as places in the page's bytes. Reusable for page after page, by one
/// thread at a time; its lists come from the array pool and grow by doubling, so that cutting allocates nothing per event.
/// </summary>
public sealed class CutPage : IDisposable
{
    /// <summary>The longest event that is taken down, in bytes.</summary>
    public const int MostEventBytes = 16 * 1024 * 1024;

    private EventSlice[] _events = [];
    private List<EventSlice>? _tooLong;
    private JsonSlice[] _eventFields = [];
    private JsonSlice[] _pageFields = [];
    private int _fieldsPerEvent;
    private int _pageFieldCount;

    /// <summary>Creates an empty one.</summary>
    public CutPage() => Watch = new PageWatch(this);

    /// <summary>How many events were found.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Whether an array or object stands at the events path, even an empty one. Always so for JSON lines. False: nothing stands there, or
    /// <c>null</c>.
    /// </summary>
    public bool EventsFound { get; internal set; }

    /// <summary>Whether <c>null</c> stands at the events path.</summary>
    public bool EventsAreNull { get; internal set; }

    /// <summary>Events of the page that are no JSON and were taken out of it, so that their neighbours could be read. Empty on a good page.</summary>
    public IReadOnlyList<BadEvent> Quarantined { get; set; } = [];

    /// <summary>The most events that are taken down; those beyond are counted only. Default: all.</summary>
    public int MostEvents { get; set; } = int.MaxValue;

    /// <summary>Events that are too long to be copied around, as delivering them needs: they are not among the others.</summary>
    public IReadOnlyList<EventSlice> TooLong => _tooLong ?? [];

    /// <summary>How many events stand on the page beyond <see cref="MostEvents"/>.</summary>
    public int Beyond { get; private set; }

    /// <summary>How many events the vendor put on the page: those found and those quarantined.</summary>
    public int Offered => Count + Quarantined.Count;

    /// <summary>The times of the events, where they stand in no field of theirs; null for most pages.</summary>
    public IReadOnlyList<DateTimeOffset?>? Times { get; set; }

    /// <summary>Offset of the bracket that opens the list of events; -1 when none was seen.</summary>
    internal int EventsAt { get; set; } = -1;

    internal PageWatch Watch { get; }

    /// <summary>The exact bytes of an event, in the order of the page.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event.</exception>
    public EventSlice this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _events[index];
        }
    }

    /// <summary>A wanted field of an event. If its name stands twice in an object, this is the first.</summary>
    /// <param name="index">The event.</param>
    /// <param name="field">The field, numbered as in <see cref="PagePlan"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event or field.</exception>
    public JsonSlice EventField(int index, int field)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)field, (uint)_fieldsPerEvent, nameof(field));
        return _eventFields[(index * _fieldsPerEvent) + field];
    }

    /// <summary>An event's time of <see cref="Times"/>.</summary>
    /// <returns>false when it has none.</returns>
    public bool TryTime(int index, out DateTimeOffset time)
    {
        var found = Times is { } times && index < times.Count ? times[index] : null;
        time = found ?? default;
        return found is not null;
    }

    /// <summary>A wanted field of the page. If its name stands twice in an object, this is the first.</summary>
    /// <param name="field">The field, numbered as in <see cref="PagePlan"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such field.</exception>
    public JsonSlice PageField(int field)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)field, (uint)_pageFieldCount, nameof(field));
        return _pageFields[field];
    }

    /// <summary>Forgets what was found; keeps the memory for the next page.</summary>
    public void Clear()
    {
        Count = 0;
        Beyond = 0;
        _tooLong = null;
        EventsFound = false;
        EventsAreNull = false;
        EventsAt = -1;
        Quarantined = [];
        Times = null;
        _fieldsPerEvent = 0;
        _pageFieldCount = 0;
    }

    /// <summary>Gives the memory back to the pool. The object is then empty, and may be used again.</summary>
    public void Dispose()
    {
        Clear();
        Return(ref _events);
        Return(ref _eventFields);
        Return(ref _pageFields);
    }

    /// <summary>Starts over for a page of a plan.</summary>
    internal void Begin(PagePlan plan)
    {
        Clear();
        _fieldsPerEvent = plan.EventFieldCount;
        _pageFieldCount = plan.PageFieldCount;
        int cells = _pageFieldCount + 1;
        Grow(ref _pageFields, 0, cells);
        _pageFields.AsSpan(0, cells).Clear();
    }

    /// <summary>Starts an event; one that was started and not ended is forgotten.</summary>
    internal void BeginEvent()
    {
        int used = Count * _fieldsPerEvent;
        Grow(ref _eventFields, used, used + _fieldsPerEvent);
        _eventFields.AsSpan(used, _fieldsPerEvent).Clear();
    }

    /// <summary>Ends the event that was started last.</summary>
    internal void EndEvent(int start, int end)
    {
        if (Count >= MostEvents)
        {
            Beyond++;
            return;
        }

        if (end - start > MostEventBytes)
        {
            (_tooLong ??= []).Add(new EventSlice(start, end - start));
            return;
        }

        Grow(ref _events, Count, Count + 1);
        _events[Count++] = new EventSlice(start, end - start);
    }

    /// <summary>Forgets the newest events.</summary>
    internal void KeepFirst(int count) => Count = count;

    /// <summary>Stores a value for the fields that want it.</summary>
    internal void Take(WatchNode node, JsonSlice slice)
    {
        foreach (int field in node.Fields)
        {
            if (node.OfEvent)
            {
                _eventFields[(Count * _fieldsPerEvent) + field] = slice;
            }
            else
            {
                _pageFields[field] = slice;
            }
        }
    }

    /// <summary>What was captured for the path to the events, when they stand behind an index or a match.</summary>
    internal JsonSlice EventsParent() => _pageFields[_pageFieldCount];

    /// <summary>Takes the steps that the scan did not follow, inside the values that it captured before them.</summary>
    internal void FollowSlowSteps(ReadOnlySpan<byte> page, PagePlan plan)
    {
        for (int field = 0; field < _pageFieldCount; field++)
        {
            PathResolver.Resolve(page, plan.SlowPageSteps(field), ref _pageFields[field]);
        }

        if (!plan.HasSlowEventFields)
        {
            return;
        }

        for (int i = 0; i < Count * _fieldsPerEvent; i++)
        {
            PathResolver.Resolve(page, plan.SlowEventSteps(i % _fieldsPerEvent), ref _eventFields[i]);
        }
    }

    private static void Grow<T>(ref T[] array, int used, int needed)
    {
        if (needed <= array.Length)
        {
            return;
        }

        T[] larger = LargeArrays.Rent<T>(Math.Max(needed, Math.Max(256, array.Length * 2)));
        array.AsSpan(0, used).CopyTo(larger);
        Return(ref array);
        array = larger;
    }

    private static void Return<T>(ref T[] array)
    {
        LargeArrays.Return(array);
        array = [];
    }
}
