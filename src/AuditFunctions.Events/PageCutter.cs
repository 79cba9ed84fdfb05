using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace AuditFunctions.Events;

/// <summary>Why a page could not be cut.</summary>
/// <param name="Offset">Offset in bytes of the first byte that cannot stand there; the page's length when it ends too early.</param>
/// <param name="Message">What was expected there and what was found. Quotes one byte of the page at most.</param>
public sealed record CutError(long Offset, string Message);

/// <summary>
/// Finds the events of a page and their wanted fields without changing or copying a byte, and holds the whole page to RFC 8259, as
/// strictly as <c>Utf8JsonReader</c> does with its default options, and to UTF-8. At most 4,096 levels of nesting.
/// </summary>
public static class PageCutter
{
    /// <summary>Cuts a page. A UTF-8 byte order mark at its start is skipped.</summary>
    /// <param name="page">The whole page.</param>
    /// <param name="plan">What to look for.</param>
    /// <param name="into">
    /// Takes what is found; what it held before is forgotten. On an error it keeps the events that were whole before it (of a path to the
    /// events with an index or a match: none).
    /// </param>
    /// <returns>Null when the page is good.</returns>
    public static CutError? Cut(ReadOnlySpan<byte> page, PagePlan plan, CutPage into) => Cut(page, plan, into, CancellationToken.None);

    /// <summary>As <see cref="Cut(ReadOnlySpan{byte}, PagePlan, CutPage)"/>, of a page that may be large: a stop is seen after a megabyte at most.</summary>
    public static CutError? Cut(ReadOnlySpan<byte> page, PagePlan plan, CutPage into, CancellationToken cancellationToken)
    {
        into.Watch.CancellationToken = cancellationToken;
        return Vector512.IsHardwareAccelerated ? Cut<Block512>(page, plan, into)
            : Vector256.IsHardwareAccelerated ? Cut<Block256>(page, plan, into)
            : Cut<Block128>(page, plan, into);
    }

    /// <summary>Reads one value of a page by itself: the fault in it, or none.</summary>
    /// <param name="page">The page.</param>
    /// <param name="start">Where the value starts.</param>
    /// <param name="end">Where it must end.</param>
    /// <param name="plan">The page's plan.</param>
    /// <param name="scratch">Is written to.</param>
    internal static ScanFault Check(ReadOnlySpan<byte> page, int start, int end, PagePlan plan, CutPage scratch)
    {
        scratch.Begin(plan);
        scratch.Watch.Begin(plan, plan.Event, rootIsEvent: true, start);
        return Vector256.IsHardwareAccelerated ? Scan<Block256>(page, start, end, scratch.Watch) : Scan<Block128>(page, start, end, scratch.Watch);
    }

    /// <summary>As <see cref="Cut(ReadOnlySpan{byte}, PagePlan, CutPage)"/> with a given vector width, which need not be accelerated here.</summary>
    internal static CutError? Cut<TBlock>(ReadOnlySpan<byte> page, PagePlan plan, CutPage into)
        where TBlock : struct, IBlock<TBlock>
    {
        into.Begin(plan);
        int start = ByteOrderMark.LengthOf(page);
        ScanFault fault = plan.Format == PageFormat.JsonLines
            ? CutLines<TBlock>(page, start, plan, into)
            : CutOne<TBlock>(page, start, plan, into);
        into.FollowSlowSteps(page, plan);
        return fault.Rule == ScanRule.None ? null : fault.ToError(page);
    }

    private static ScanFault CutLines<TBlock>(ReadOnlySpan<byte> page, int start, PagePlan plan, CutPage into)
        where TBlock : struct, IBlock<TBlock>
    {
        into.EventsFound = true;
        int look = start + PageWatch.BytesPerLook;
        while (start < page.Length)
        {
            if (start >= look)
            {
                into.Watch.CancellationToken.ThrowIfCancellationRequested();
                look = start + PageWatch.BytesPerLook;
            }

            // A line feed inside a string is no JSON, so lines are split without reading them.
            int length = page[start..].IndexOf((byte)'\n');
            int end = length < 0 ? page.Length : start + length;
            if (page[start..end].ContainsAnyExcept(" \t\r"u8))
            {
                int good = into.Count;
                into.Watch.Begin(plan, plan.Event, rootIsEvent: true, start);
                ScanFault fault = Scan<TBlock>(page, start, end, into.Watch);
                if (fault.Rule != ScanRule.None)
                {
                    into.KeepFirst(good);
                    return fault;
                }
            }

            start = end + 1;
        }

        return ScanFault.None;
    }

    private static ScanFault CutOne<TBlock>(ReadOnlySpan<byte> page, int start, PagePlan plan, CutPage into)
        where TBlock : struct, IBlock<TBlock>
    {
        into.Watch.Begin(plan, plan.Page, rootIsEvent: false, start);
        ScanFault fault = Scan<TBlock>(page, start, page.Length, into.Watch);
        if (fault.Rule != ScanRule.None)
        {
            return CutBefore<TBlock>(fault, page, start, plan, into);
        }

        if (!plan.HasSlowEvents)
        {
            return NotEvents(into.Watch.NotEventsAt);
        }

        JsonSlice events = into.EventsParent();
        PathResolver.Resolve(page, plan.Events.Steps[plan.Events.PlainLength..], ref events);
        if (events.Kind is JsonKind.Missing)
        {
            return ScanFault.None;
        }

        if (events.Kind is not (JsonKind.Array or JsonKind.Object))
        {
            into.EventsAreNull = events.Kind == JsonKind.Null;
            return NotEvents(events.Kind == JsonKind.Null ? -1 : events.Start);
        }

        into.Watch.Begin(plan, plan.Elements, rootIsEvent: false, events.Start);
        return PageScanner.Run<TBlock>(page, events.Start, events.Start + events.Length, into.Watch, out _);
    }

    /// <summary>
    /// Masks find a fault after they have read beyond it, and not always the first one of a block: what came before it is read again,
    /// until nothing but the end is missing.
    /// </summary>
    private static ScanFault CutBefore<TBlock>(ScanFault fault, ReadOnlySpan<byte> page, int start, PagePlan plan, CutPage into)
        where TBlock : struct, IBlock<TBlock>
    {
        while (true)
        {
            into.Begin(plan);
            into.Watch.Begin(plan, plan.Page, rootIsEvent: false, start);
            ScanFault before = PageScanner.Run<TBlock>(page, start, fault.At, into.Watch, out _);
            if (before.Rule == ScanRule.None || before.At == fault.At)
            {
                if (!before.InString)
                {
                    into.Watch.Stop(page, fault.At);
                }

                return fault;
            }

            fault = before;
        }
    }

    private static ScanFault NotEvents(int at) => at < 0 ? ScanFault.None : new ScanFault(at, ScanRule.NotEvents);

    /// <summary>The scan, and UTF-8 up to where it ended: only where a byte from 0x80 was seen is there anything to check.</summary>
    private static ScanFault Scan<TBlock>(ReadOnlySpan<byte> page, int start, int end, PageWatch watch)
        where TBlock : struct, IBlock<TBlock>
    {
        ScanFault fault = PageScanner.Run<TBlock>(page, start, end, watch, out bool ascii);
        ReadOnlySpan<byte> read = page[start..(fault.Rule == ScanRule.None ? end : fault.At)];
        if (ascii || Utf8.IsValid(read))
        {
            return fault;
        }

        int at = 0;
        while (Rune.DecodeFromUtf8(read[at..], out _, out int consumed) == System.Buffers.OperationStatus.Done)
        {
            at += consumed;
        }

        return new ScanFault(start + at, ScanRule.Utf8);
    }
}
