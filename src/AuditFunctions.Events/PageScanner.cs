using System.Numerics;
using System.Runtime.CompilerServices;

namespace AuditFunctions.Events;

/// <summary>
/// Reads one JSON value, 64 bytes at a time, and holds it to the grammar with arithmetic on masks instead of a token at a time: nearly all
/// of JSON's rules say which token may stand next to which, and a carry that runs through the white space answers that for all
/// tokens of a block at once. Only brackets, numbers, literals and escapes are visited one by one. What is wanted of the page is found on
/// the way by a <see cref="PageWatch"/>, which is called for the values it watches and for nothing else.
/// </summary>
/// <remarks>
/// The rules. (1) A separator or closing bracket, and nothing else, follows the end of a value. (2) A comma or colon follows one.
/// (3) A closing bracket that follows none closes an empty container. (4) Brackets match. (5) No colon stands in an array. (6) Of the
/// characters <c>{ } [ ] , :</c> in an object, a colon comes after a comma or the opening brace; a comma, a closing brace and a
/// nested bracket come after a colon or a closing bracket. (7) A number or literal is well formed and no name.
/// </remarks>
internal static class PageScanner
{
    private const int Size = 64;

    /// <summary>Reads <c>page[start..end]</c> as one JSON value. Does not look at UTF-8 sequences.</summary>
    /// <param name="page">The whole page: offsets are relative to it.</param>
    /// <param name="start">Where the value starts, or white space before it.</param>
    /// <param name="end">Where the value must have ended, but for white space.</param>
    /// <param name="watch">What is called for the values it watches. What it found is void when a fault is returned.</param>
    /// <param name="ascii">Whether no byte from 0x80 was read.</param>
    // One call reads a whole page, so waiting for a better tier does not pay: with it, 10 % faster when warm and no slower when cold.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ScanFault Run<TBlock>(ReadOnlySpan<byte> page, int start, int end, PageWatch watch, out bool ascii)
        where TBlock : struct, IBlock<TBlock>
    {
        ReadOnlySpan<byte> text = page[..end];
        Span<byte> lastBytes = stackalloc byte[Size];
        Span<ulong> kindWords = stackalloc ulong[KindStack.Words];
        var kinds = new KindStack(kindWords);
        EscapeChain escapes = default;
        StringChain strings = default;
        ValueChain values = default;
        SkeletonChain skeleton = default;
        int lastOpenQuote = -1;
        int lastCloseQuote = -1;
        int lastEscape = -1;
        ulong nonAscii = 0;
        ascii = false;

        int look = start + PageWatch.BytesPerLook;
        for (int at = start; at < end; at += Size)
        {
            if (at >= look)
            {
                watch.CancellationToken.ThrowIfCancellationRequested();
                look = at + PageWatch.BytesPerLook;
            }

            TBlock block;
            if (end - at >= Size)
            {
                block = TBlock.Load(text.Slice(at, Size));
            }
            else
            {
                lastBytes.Fill((byte)' ');
                text[at..].CopyTo(lastBytes);
                block = TBlock.Load(lastBytes);
            }

            // Strings first: everything else counts only outside them.
            ulong backslashes = block.Equal((byte)'\\');
            ulong rawQuotes = block.Equal((byte)'"');
            ulong escaped = escapes.Next(backslashes);
            ulong quotes = rawQuotes & ~escaped;
            ulong inString = strings.Next(quotes);
            ulong outside = ~(inString | quotes);
            ulong opens = block.EqualFolded((byte)'{') & outside;
            ulong closes = block.EqualFolded((byte)'}') & outside;
            ulong commas = block.Equal((byte)',') & outside;
            ulong colons = block.Equal((byte)':') & outside;
            ulong blanks = block.Equal((byte)' ') & outside;
            ulong controls = block.Below(0x20);
            ulong badControls = 0;
            if (controls != 0)
            {
                blanks |= (block.Equal((byte)'\n') | block.Equal((byte)'\r') | block.Equal((byte)'\t')) & outside;
                badControls = controls & inString;
            }

            nonAscii |= block.NonAscii();
            ulong scalars = outside & ~(opens | closes | commas | colons | blanks);
            ulong scalarStarts = scalars & ~((scalars << 1) | values.InScalar);
            ulong closeQuotes = quotes & ~inString;
            ulong afterValue = values.Next(closeQuotes | closes, scalars, blanks);

            // Rules 1, 2, 3 and 7.
            ulong badAfter = afterValue & ~(commas | colons | closes);
            ulong badSeparators = (commas | colons) & ~afterValue;
            ulong emptyCloses = closes & ~afterValue;
            ulong badEscapes = 0;
            if (escaped != 0)
            {
                lastEscape = at + Size;
                badEscapes = EscapeRules.Invalid(text, at, escaped & inString & ~(rawQuotes | backslashes));
            }

            ulong badCloses = emptyCloses == 0 ? 0 : NotEmpty(text, at, emptyCloses);
            int badScalar = int.MaxValue;
            for (; scalarStarts != 0; scalarStarts &= scalarStarts - 1)
            {
                int bad = ScalarRules.Check(text, at + BitOperations.TrailingZeroCount(scalarStarts));
                if (bad >= 0)
                {
                    badScalar = Math.Min(badScalar, bad);
                }
            }

            if ((badAfter | badSeparators | badControls | badEscapes | badCloses) != 0 || badScalar != int.MaxValue)
            {
                return First(
                    at,
                    new ScanFault(badScalar, ScanRule.Scalar),
                    [badAfter, badSeparators, badControls, badEscapes, badCloses],
                    [ScanRule.AfterValue, ScanRule.BeforeSeparator, ScanRule.ControlCharacter, ScanRule.Escape, ScanRule.BeforeClose]);
            }

            // The walk over the brackets: rule 4, the watch, and which bytes stand directly in an object.
            ulong openQuotes = quotes & inString;
            ulong separators = commas | colons;
            ulong braces = opens | closes;
            ulong afterColonOrClose = skeleton.Next(braces | separators, colons | closes);
            ulong directlyInObject = 0 - kinds.Top;
            ulong ahead = ulong.MaxValue;
            ulong secondRoots = kinds.Depth == 0 ? commas & ((braces & (0 - braces)) - 1) : 0;
            ulong wrongCloses = 0;
            ulong tooDeep = 0;
            while (braces != 0)
            {
                ulong bit = braces & (0 - braces);
                if (kinds.Depth == watch.SegmentDepth && (ahead & (bit - 1) & separators) != 0)
                {
                    watch.Separators(
                        page,
                        new WatchBlock(at, openQuotes, closeQuotes, commas, lastOpenQuote, lastCloseQuote, lastEscape),
                        ahead & (bit - 1) & separators);
                }

                int position = at + BitOperations.TrailingZeroCount(braces);
                ulong kind = (ulong)(text[position] >> 5) & 1;
                ahead = ~(bit | (bit - 1));
                if ((opens & bit) != 0)
                {
                    if (kinds.Depth == KindStack.MaxDepth)
                    {
                        tooDeep = bit;
                        break;
                    }

                    if (kinds.Depth == watch.Depth)
                    {
                        watch.Open(position, kind != 0);
                    }

                    kinds.Push(kind);
                }
                else
                {
                    if (kinds.Depth == 0 || kinds.Top != kind)
                    {
                        wrongCloses = bit;
                        break;
                    }

                    if (kinds.Depth == watch.Depth)
                    {
                        watch.Close(page, position);
                    }

                    kinds.Pop();
                    if (kinds.Depth == 0)
                    {
                        secondRoots |= commas & ahead;
                    }
                }

                directlyInObject = (directlyInObject & ~ahead) | ((0 - kinds.Top) & ahead);
                braces &= braces - 1;
            }

            // Rules 5 and 6; `braces` is not empty when the walk broke off.
            ulong badColons = colons & ~directlyInObject;
            ulong badOrder = directlyInObject
                & ((colons & afterColonOrClose) | ((commas | opens | closes) & ~afterColonOrClose & ~emptyCloses));
            if ((badColons | badOrder | secondRoots | braces) != 0)
            {
                return First(
                    at,
                    new ScanFault(int.MaxValue, ScanRule.None),
                    [badColons, badOrder, secondRoots, wrongCloses, tooDeep],
                    [ScanRule.ColonInArray, ScanRule.MemberOrder, ScanRule.SecondRoot, ScanRule.WrongClose, ScanRule.TooDeep]);
            }

            if (kinds.Depth == watch.SegmentDepth && (ahead & separators) != 0)
            {
                watch.Separators(
                    page,
                    new WatchBlock(at, openQuotes, closeQuotes, commas, lastOpenQuote, lastCloseQuote, lastEscape),
                    ahead & separators);
            }

            lastOpenQuote = openQuotes == 0 ? lastOpenQuote : at + BitOperations.Log2(openQuotes);
            lastCloseQuote = closeQuotes == 0 ? lastCloseQuote : at + BitOperations.Log2(closeQuotes);
        }

        ascii = nonAscii == 0;
        if (strings.Open || kinds.Depth > 0 || !values.Ended)
        {
            ScanRule rule = strings.Open ? ScanRule.InString : kinds.Depth > 0 ? ScanRule.OpenContainer : ScanRule.NoValue;
            return new ScanFault(end, rule, strings.Open);
        }

        watch.End(page, end);
        return ScanFault.None;
    }

    /// <summary>Of the closing brackets that follow no value, those that do not follow an opening bracket either.</summary>
    private static ulong NotEmpty(ReadOnlySpan<byte> text, int blockStart, ulong closes)
    {
        ulong wrong = 0;
        for (; closes != 0; closes &= closes - 1)
        {
            int before = blockStart + BitOperations.TrailingZeroCount(closes) - 1;
            while (before >= 0 && text[before] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                before--;
            }

            if (before < 0 || (text[before] | 0x20) != '{')
            {
                wrong |= closes & (0 - closes);
            }
        }

        return wrong;
    }

    /// <summary>The first of the faults of a block.</summary>
    private static ScanFault First(int blockStart, ScanFault other, ReadOnlySpan<ulong> masks, ReadOnlySpan<ScanRule> rules)
    {
        ScanFault first = other;
        for (int i = 0; i < masks.Length; i++)
        {
            int at = blockStart + BitOperations.TrailingZeroCount(masks[i]);
            if (masks[i] != 0 && at < first.At)
            {
                first = new ScanFault(at, rules[i]);
            }
        }

        return first;
    }
}
