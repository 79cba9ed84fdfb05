namespace AuditFunctions.Events;

/// <summary>
/// Reads a page that <see cref="PageCutter"/> refused: events that are no JSON but whose end can be found are taken out of it, and what is left is
/// held to JSON as strictly as before. Runs only after a fault was found, so that good pages do not pay for it.
/// </summary>
public static class PageRepair
{
    /// <summary>The most bytes of bad events that are copied; a page with more is not read on.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Reads the rest of a page that is not valid JSON.</summary>
    /// <param name="page">The page. The bad events are blanked in it when the result is null; else it is left as it was.</param>
    /// <param name="plan">What to look for.</param>
    /// <param name="into">Holds what was found before the fault; takes what is found now, also when a fault is left.</param>
    /// <param name="error">Why the page was refused.</param>
    /// <param name="cancellationToken">Ends the reading; it is looked at after a megabyte at most.</param>
    /// <returns>Null when the rest of the page is good and the bad events are quarantined; else the fault that is left.</returns>
    public static CutError? Run(PooledBytes page, PagePlan plan, CutPage into, CutError error, CancellationToken cancellationToken)
    {
        using var bad = new BadEvents(page, plan) { CancellationToken = cancellationToken };
        if (plan.Format == PageFormat.JsonLines)
        {
            FindLines(page.WrittenSpan, bad);
        }
        else if (into.EventsAt >= 0 && !plan.HasSlowEvents)
        {
            FindElements(page.WrittenSpan, into.EventsAt, bad);
        }

        if (bad.Count == 0 || bad.IsFull)
        {
            return error;
        }

        bad.Blank();
        if (PageCutter.Cut(page.WrittenSpan, plan, into, cancellationToken) is { } remaining)
        {
            bad.Restore();
            return remaining;
        }

        into.Quarantined = bad.Events();
        return null;
    }

    private static void FindElements(ReadOnlySpan<byte> page, int open, BadEvents bad)
    {
        bool isArray = page[open] == '[';
        int commaBefore = -1;
        int at = LooseScan.SkipBlanks(page, open + 1, page.Length);
        while (at < page.Length && !bad.IsFull)
        {
            bad.Look(at);
            int after = LooseScan.EndOfValue(page, at, page.Length);
            if (after < 0 || after == page.Length || after == at)
            {
                return;
            }

            bool isLast = page[after] != ',';
            if (isLast && page[after] != (isArray ? ']' : '}'))
            {
                return;
            }

            int end = LooseScan.TrimEnd(page, at, after);
            ScanFault fault = isArray ? bad.Check(page, at, end) : CheckMember(page, at, end, bad);
            int first = fault.Rule == ScanRule.None ? end : EndOfFirst(page, at, end, isArray);
            bool startsGood = first < end && (isArray ? bad.Check(page, at, first) : CheckMember(page, at, first, bad)).Rule == ScanRule.None;
            if (startsGood)
            {
                // A whole event, and then something that is not an event.
                bad.Add(page, LooseScan.SkipBlanks(page, first, end), end, fault, -1, isLast);
            }

            if (startsGood || fault.Rule == ScanRule.None)
            {
                commaBefore = after;
            }
            else
            {
                // With the event goes one comma: its own or, at the end of the list, the one before it.
                bad.Add(page, at, end, fault, isLast ? commaBefore : after, isLast);
            }

            if (isLast)
            {
                return;
            }

            at = LooseScan.SkipBlanks(page, after + 1, page.Length);
        }
    }

    private static int EndOfFirst(ReadOnlySpan<byte> page, int start, int end, bool isArray)
    {
        int value = start;
        if (!isArray)
        {
            int close = page[start] == '"' ? LooseScan.EndOfString(page, start, end) : -1;
            int colon = close < 0 ? end : LooseScan.SkipBlanks(page, close + 1, end);
            value = colon < end ? LooseScan.SkipBlanks(page, colon + 1, end) : end;
        }

        return LooseScan.EndOfToken(page, value, end);
    }

    private static ScanFault CheckMember(ReadOnlySpan<byte> page, int start, int end, BadEvents bad)
    {
        int close = page[start] == '"' ? LooseScan.EndOfString(page, start, end) : -1;
        int colon = close < 0 ? end : LooseScan.SkipBlanks(page, close + 1, end);
        if (colon == end || page[colon] != ':')
        {
            return new ScanFault(start, ScanRule.MemberOrder);
        }

        ScanFault name = bad.Check(page, start, close + 1);
        return name.Rule == ScanRule.None ? bad.Check(page, colon + 1, end) : name;
    }

    private static void FindLines(ReadOnlySpan<byte> page, BadEvents bad)
    {
        int good = 0;
        int torn = 0;
        for (int start = ByteOrderMark.LengthOf(page); start < page.Length && !bad.IsFull;)
        {
            bad.Look(start);
            int length = page[start..].IndexOf((byte)'\n');
            int stop = length < 0 ? page.Length : start + length;
            int at = LooseScan.SkipBlanks(page, start, stop);
            int end = LooseScan.TrimEnd(page, at, stop);
            ScanFault fault = at < end ? bad.Check(page, at, end) : ScanFault.None;
            if (fault.Rule != ScanRule.None)
            {
                bool whole = page[at] is (byte)'{' or (byte)'[' && LooseScan.EndOfValue(page, at, end) >= 0;
                torn += whole ? 0 : 1;
                if (!whole && length < 0)
                {
                    // The last line is not ended: more likely cut off on its way than written so.
                    break;
                }

                bad.Add(page, at, end, fault, -1, endsList: false);
            }
            else if (at < end)
            {
                good++;
            }

            start = stop + 1;
        }

        if (good == 0 && torn > 0)
        {
            // No line is an event: a page of another kind, not JSON lines with a bad one among them.
            bad.Forget();
        }
    }
}
