using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace AuditFunctions.Events;

/// <summary>The grammar of what stands outside strings and brackets: numbers and the three literals.</summary>
internal static class ScalarRules
{
    private const uint Null = 0x6c6c756e;
    private const uint True = 0x65757274;
    private const uint Fals = 0x736c6166;

    /// <summary>
    /// Reads the number or literal at an offset.
    /// </summary>
    /// <returns>-1 when it is one, or the offset at which the page stops being JSON.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Check(ReadOnlySpan<byte> text, int start)
    {
        byte first = text[start];
        return first < 'a' ? CheckNumber(text, start) : CheckLiteral(text, start);
    }

    private static int CheckLiteral(ReadOnlySpan<byte> text, int start)
    {
        if (text.Length - start < 4)
        {
            return start;
        }

        uint word = BinaryPrimitives.ReadUInt32LittleEndian(text[start..]);
        int end = start + 4;
        if (word is not (Null or True))
        {
            if (word != Fals || text.Length == end || text[end] != 'e')
            {
                return start;
            }

            end++;
        }

        // Directly behind a literal anything but a colon is found by the order of the tokens.
        return IsScalarByte(text, end) ? end : ColonAfter(text, end);
    }

    private static int CheckNumber(ReadOnlySpan<byte> text, int start)
    {
        int at = start;
        if (text[at] == '-')
        {
            at++;
        }

        if (at < text.Length && text[at] == '0')
        {
            at++;
        }
        else if (!SkipDigits(text, ref at))
        {
            return start;
        }

        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (!SkipDigits(text, ref at))
            {
                return start;
            }
        }

        if (at < text.Length && (text[at] | 0x20) == 'e')
        {
            at++;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-')
            {
                at++;
            }

            if (!SkipDigits(text, ref at))
            {
                return start;
            }
        }

        if (at == text.Length)
        {
            return -1;
        }

        return text[at] switch
        {
            (byte)',' or (byte)'}' or (byte)']' => -1,
            (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' => ColonAfter(text, at),
            (byte)'/' => at,
            _ => start,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool SkipDigits(ReadOnlySpan<byte> text, ref int at)
    {
        int start = at;
        while ((uint)at < (uint)text.Length && (uint)(text[at] - '0') <= 9)
        {
            at++;
        }

        return at > start;
    }

    /// <summary>Only a name may stand before a colon: the offset of one that follows a number or literal, or -1.</summary>
    private static int ColonAfter(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at < text.Length && text[at] == ':' ? at : -1;
    }

    private static bool IsScalarByte(ReadOnlySpan<byte> text, int at) =>
        at < text.Length && !(text[at] is (byte)',' or (byte)'}' or (byte)']' or (byte)'{' or (byte)'[' or (byte)':' or (byte)'"'
            or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');
}
