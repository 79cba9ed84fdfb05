namespace AuditFunctions.Events;

/// <summary>The bad events found in a page, and how to take them out of it and put them back.</summary>
internal sealed class BadEvents(PooledBytes page, PagePlan plan) : IDisposable
{
    // Beyond these it is no good page with a few bad events; with the page they are what bounds memory.
    private const int MostEvents = 10_000;

    private readonly CutPage _scratch = new();
    private readonly List<(int Start, int Length, BadEvent Event, int Comma)> _places = [];

    private long _bytes;
    private int _look = PageWatch.BytesPerLook;

    /// <summary>Ends the search.</summary>
    public required CancellationToken CancellationToken { get; init; }

    /// <summary>How many there are.</summary>
    public int Count => _places.Count;

    /// <summary>Whether there are too many: 10,000, or 16 MB of them.</summary>
    public bool IsFull => _places.Count >= MostEvents || _bytes >= PageRepair.MostBytes;

    /// <summary>The events, in the order of the page.</summary>
    public IReadOnlyList<BadEvent> Events() => [.. _places.Select(place => place.Event)];

    /// <summary>Reads one value by itself.</summary>
    public ScanFault Check(ReadOnlySpan<byte> bytes, int start, int end)
    {
        _scratch.Watch.CancellationToken = CancellationToken;
        return PageCutter.Check(bytes, start, end, plan, _scratch);
    }

    /// <summary>The search has come to an offset: now and then it is looked whether it is to end.</summary>
    public void Look(int at)
    {
        if (at >= _look)
        {
            CancellationToken.ThrowIfCancellationRequested();
            _look = at + PageWatch.BytesPerLook;
        }
    }

    /// <summary>Takes an event down.</summary>
    /// <param name="bytes">The page.</param>
    /// <param name="start">Where it starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <param name="comma">The comma that goes with it, or -1.</param>
    /// <param name="endsList">Whether the list ends behind it, as far as its brackets can be trusted.</param>
    public void Add(ReadOnlySpan<byte> bytes, int start, int end, ScanFault fault, int comma, bool endsList)
    {
        // One bracket too many in an event ends its list early, and what follows it there may be events that look like something else of the page.
        bool keepsRest = endsList && !IsInsideValue(fault.Rule);
        var error = fault.ToError(bytes);
        string reason = $"the event at byte {start} of its page is no JSON: at byte {error.Offset}, {error.Message}" + (keepsRest ? " The rest of the page is kept with it." : "");
        _places.Add((start, end - start, new BadEvent((keepsRest ? bytes[start..] : bytes[start..end]).ToArray(), reason), comma));
        _bytes += _places[^1].Event.Bytes.Length;
    }

    /// <summary>Forgets them.</summary>
    public void Forget() => _places.Clear();

    /// <summary>Puts blanks where they stand.</summary>
    public void Blank()
    {
        Span<byte> bytes = page.WrittenInPlace;
        foreach (var (start, length, _, comma) in _places)
        {
            bytes.Slice(start, length).Fill((byte)' ');
            Put(bytes, comma, (byte)' ');
        }
    }

    /// <summary>Makes the page what it was.</summary>
    public void Restore()
    {
        Span<byte> bytes = page.WrittenInPlace;
        foreach (var (start, length, bad, comma) in _places)
        {
            bad.Bytes.Span[..length].CopyTo(bytes[start..]);
            Put(bytes, comma, (byte)',');
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _scratch.Dispose();

    // Faults that say nothing of brackets.
    private static bool IsInsideValue(ScanRule rule) => rule is ScanRule.ControlCharacter or ScanRule.Escape or ScanRule.Scalar or ScanRule.Utf8;

    private static void Put(Span<byte> bytes, int at, byte value)
    {
        if (at >= 0)
        {
            bytes[at] = value;
        }
    }
}
