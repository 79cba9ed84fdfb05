using System.Numerics;

namespace AuditFunctions.Events;

/// <summary>What the watch needs to know of a block to find member names in it.</summary>
/// <param name="At">Offset of the block.</param>
/// <param name="OpenQuotes">Its opening quotes.</param>
/// <param name="CloseQuotes">Its closing quotes.</param>
/// <param name="Commas">Its commas outside strings.</param>
/// <param name="LastOpenQuote">Offset of the last opening quote before the block, or -1.</param>
/// <param name="LastCloseQuote">Offset of the last closing quote before the block, or -1.</param>
/// <param name="LastEscape">No escaped byte stands from this offset on, as far as the block reaches.</param>
internal readonly record struct WatchBlock(
    int At, ulong OpenQuotes, ulong CloseQuotes, ulong Commas, int LastOpenQuote, int LastCloseQuote, int LastEscape);

/// <summary>
/// Finds the events and wanted fields while a page is scanned. Holds a stack of the watched values that are open; the scan calls it
/// for brackets and separators that stand directly in the innermost one, and for nothing deeper.
/// </summary>
internal sealed class PageWatch(CutPage into)
{
    private Frame[] _frames = [];
    private int _top;
    private WatchNode _eventNode = new(ofEvent: true);

    private enum FrameKind
    {
        /// <summary>What is around the root value.</summary>
        Outside,

        /// <summary>A value whose members may be wanted.</summary>
        Members,

        /// <summary>An array of events.</summary>
        Elements,

        /// <summary>An object whose members' values are events.</summary>
        Dictionary,
    }

    /// <summary>So many bytes are read between two looks at whether the reading is to end: a fraction of a millisecond.</summary>
    public const int BytesPerLook = 1 << 20;

    /// <summary>Ends the reading.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Brackets at this depth are to be reported.</summary>
    public int Depth { get; private set; }

    /// <summary>Separators at this depth are to be reported; -1 for none.</summary>
    public int SegmentDepth { get; private set; }

    /// <summary>Offset of a value at the events path that holds no events, or -1.</summary>
    public int NotEventsAt { get; private set; }

    /// <summary>Starts over for one root value.</summary>
    /// <param name="plan">What is looked for.</param>
    /// <param name="root">What is wanted of the root value.</param>
    /// <param name="rootIsEvent">Whether the root value is an event, as in a line of JSON lines.</param>
    /// <param name="start">Where the root value starts, or white space before it.</param>
    public void Begin(PagePlan plan, WatchNode root, bool rootIsEvent, int start)
    {
        if (_frames.Length < plan.FrameCount)
        {
            _frames = new Frame[plan.FrameCount];
        }

        _eventNode = plan.Event;
        _top = 0;
        _frames[0] = rootIsEvent
            ? new Frame { Kind = FrameKind.Elements, Node = root, ValueFrom = start }
            : new Frame { Kind = FrameKind.Outside, Node = root, Pending = root, ValueFrom = start };
        NotEventsAt = -1;
        Depth = 0;
        SegmentDepth = -1;
    }

    /// <summary>A bracket opens directly in the innermost watched value.</summary>
    public void Open(int position, bool isObject)
    {
        ref Frame frame = ref _frames[_top];
        bool isEvent = frame.Kind is FrameKind.Elements or FrameKind.Dictionary;
        WatchNode? node = isEvent ? _eventNode : frame.Pending;
        frame.Pending = null;
        frame.ValueFrom = -1;
        if (node is null)
        {
            return;
        }

        if (isEvent)
        {
            into.BeginEvent();
        }

        FrameKind kind = FrameKind.Members;
        if (node.HoldsEvents)
        {
            kind = isObject ? FrameKind.Dictionary : FrameKind.Elements;
            into.EventsFound = true;
            into.EventsAt = position;
        }

        _frames[++_top] = new Frame
        {
            Kind = kind,
            Node = node,
            IsEvent = isEvent,
            IsObject = isObject,
            Start = position,
            ValueFrom = kind == FrameKind.Elements ? position + 1 : -1,
        };
        Depth++;
        Focus();
    }

    /// <summary>The innermost watched value closes.</summary>
    public void Close(ReadOnlySpan<byte> page, int position)
    {
        FinishValue(page, position);
        ref Frame frame = ref _frames[_top--];
        var slice = new JsonSlice(frame.Start, position + 1 - frame.Start, frame.IsObject ? JsonKind.Object : JsonKind.Array);
        into.Take(frame.Node, slice);
        if (frame.IsEvent)
        {
            into.EndEvent(frame.Start, position + 1);
        }

        Depth--;
        Focus();
    }

    /// <summary>Commas and colons directly in the innermost watched value, all in one block and without a bracket in between.</summary>
    public void Separators(ReadOnlySpan<byte> page, in WatchBlock block, ulong separators)
    {
        ref Frame frame = ref _frames[_top];
        if (frame.Kind != FrameKind.Members)
        {
            Elements(ref frame, page, block, separators);
            return;
        }

        while (separators != 0)
        {
            ulong bit = separators & (0 - separators);
            if ((block.Commas & bit) != 0)
            {
                if (frame.Pending is not null)
                {
                    FinishValue(page, block.At + BitOperations.TrailingZeroCount(bit));
                }
            }
            else
            {
                int child = FindMember(frame.Node, page, block, bit);
                if (child >= 0 && (frame.Seen >> child & 1) == 0)
                {
                    frame.Seen |= 1UL << child;
                    frame.Pending = frame.Node.ChildAt(child);
                    frame.ValueFrom = block.At + BitOperations.TrailingZeroCount(bit) + 1;
                }
            }

            separators &= separators - 1;
        }

        Focus();
    }

    /// <summary>The root value has ended.</summary>
    public void End(ReadOnlySpan<byte> page, int end) => FinishValue(page, end);

    /// <summary>
    /// Takes the event that ends where a page stops being JSON, if it is neither an object nor an array: those end with their bracket. A
    /// number that ends with the page is not whole.
    /// </summary>
    public void Stop(ReadOnlySpan<byte> page, int end)
    {
        bool openNumber = end == page.Length && end > 0 && char.IsAsciiDigit((char)page[^1]);
        if (_top > 0 && _frames[_top].Kind != FrameKind.Members && !openNumber)
        {
            FinishValue(page, end);
        }
    }

    private static int FindMember(WatchNode node, ReadOnlySpan<byte> page, in WatchBlock block, ulong colon)
    {
        ulong opens = block.OpenQuotes & (colon - 1);
        ulong closes = block.CloseQuotes & (colon - 1);
        int open = opens == 0 ? block.LastOpenQuote : block.At + BitOperations.Log2(opens);
        int close = closes == 0 ? block.LastCloseQuote : block.At + BitOperations.Log2(closes);
        return close > open && open >= 0 ? node.Find(page[(open + 1)..close], block.LastEscape > open) : -1;
    }

    private void Elements(ref Frame frame, ReadOnlySpan<byte> page, in WatchBlock block, ulong separators)
    {
        for (; separators != 0; separators &= separators - 1)
        {
            int position = block.At + BitOperations.TrailingZeroCount(separators);
            bool isComma = (block.Commas & separators & (0 - separators)) != 0;
            if (isComma)
            {
                FinishValue(page, position);
            }

            frame.ValueFrom = isComma == (frame.Kind == FrameKind.Elements) ? position + 1 : -1;
        }
    }

    /// <summary>Takes the string, number or literal that ends before a separator or closing bracket, if one is awaited.</summary>
    private void FinishValue(ReadOnlySpan<byte> page, int end)
    {
        ref Frame frame = ref _frames[_top];
        int start = frame.ValueFrom;
        WatchNode? pending = frame.Pending;
        frame.ValueFrom = -1;
        frame.Pending = null;
        if (start < 0 || !Trim(page, ref start, ref end))
        {
            return;
        }

        JsonSlice slice = JsonSlice.Of(page, start, end);
        if (pending is not null)
        {
            into.Take(pending, slice);
            if (pending.HoldsEvents)
            {
                into.EventsAreNull = slice.Kind == JsonKind.Null;
                NotEventsAt = into.EventsAreNull ? NotEventsAt : start;
            }
        }
        else
        {
            into.BeginEvent();
            into.Take(_eventNode, slice);
            into.EndEvent(start, end);
        }
    }

    private static bool Trim(ReadOnlySpan<byte> page, ref int start, ref int end)
    {
        while (start < end && page[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            start++;
        }

        while (start < end && page[end - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            end--;
        }

        return start < end;
    }

    private void Focus()
    {
        ref Frame frame = ref _frames[_top];
        bool wantsMore = frame.Kind switch
        {
            FrameKind.Members => frame.Pending is not null || (frame.IsObject && frame.Seen != frame.Node.AllNames),
            FrameKind.Outside => false,
            _ => true,
        };
        SegmentDepth = wantsMore ? Depth : -1;
    }

    private struct Frame
    {
        public FrameKind Kind;
        public WatchNode Node;
        public WatchNode? Pending;
        public ulong Seen;
        public int Start;
        public int ValueFrom;
        public bool IsEvent;
        public bool IsObject;
    }
}
