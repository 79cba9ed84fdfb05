using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AuditFunctions.Events;

/// <summary>Which bytes are escaped by a backslash before them. Remembers one bit from block to block.</summary>
internal struct EscapeChain
{
    private ulong _carry;

    /// <summary>Takes the backslashes of the next block; an escaped backslash escapes nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next(ulong backslashes) => (backslashes | _carry) == 0 ? 0 : Walk(backslashes);

    private ulong Walk(ulong backslashes)
    {
        ulong escaped = _carry;
        backslashes &= ~_carry;
        _carry = 0;
        while (backslashes != 0)
        {
            ulong bit = backslashes & (0 - backslashes);
            escaped |= bit << 1;
            _carry = bit >> 63;
            backslashes &= ~(bit | (bit << 1));
        }

        return escaped;
    }
}

/// <summary>Which bytes are inside strings: from the opening quote to the byte before the closing one.</summary>
internal struct StringChain
{
    private ulong _carry;

    /// <summary>Whether the bytes so far end inside a string.</summary>
    public readonly bool Open => _carry != 0;

    /// <summary>Takes the quotes of the next block that are not escaped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next(ulong quotes)
    {
        ulong inside = PrefixXor(quotes) ^ _carry;
        _carry = (ulong)((long)inside >> 63);
        return inside;
    }

    /// <summary>Bit i becomes the parity of the bits 0 to i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong PrefixXor(ulong bits) => Pclmulqdq.IsSupported
        ? Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar()
        : PrefixXorByShifts(bits);

    internal static ulong PrefixXorByShifts(ulong bits)
    {
        for (int shift = 1; shift < 64; shift <<= 1)
        {
            bits ^= bits << shift;
        }

        return bits;
    }
}

/// <summary>
/// Which tokens follow the end of a value (or of a name, which looks like one), whatever white space lies between. All other tokens
/// follow an opening bracket, a comma, a colon, or nothing.
/// </summary>
internal struct ValueChain
{
    private ulong _ended;

    /// <summary>1 when the last byte so far belongs to a number or literal.</summary>
    public ulong InScalar { get; private set; }

    /// <summary>Whether the last token so far ends a value.</summary>
    public readonly bool Ended => (_ended | InScalar) != 0;

    /// <summary>Takes the closing quotes and brackets, the bytes of numbers and literals, and the white space of the next block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next(ulong ends, ulong scalars, ulong blanks)
    {
        ulong after = (ends << 1) | _ended | (((scalars << 1) | InScalar) & ~scalars);

        // The sum carries a bit that meets the first of several blanks past the last of them.
        ulong sum = blanks + (after & blanks);
        _ended = (ends >> 63) | (sum < blanks ? 1UL : 0);
        InScalar = scalars >> 63;
        return (sum | after) & ~blanks;
    }
}

/// <summary>
/// Which of the characters <c>{ } [ ] , :</c> outside strings have a colon or a closing bracket as the last such one before them.
/// </summary>
internal struct SkeletonChain
{
    private ulong _carry;

    /// <summary>Takes all these characters of the next block, and those that are colons or closing brackets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next(ulong all, ulong colonsAndCloses)
    {
        ulong next = (colonsAndCloses << 1) | _carry;
        ulong gaps = ~all;
        ulong sum = gaps + (next & gaps);
        _carry = (colonsAndCloses >> 63) | (sum < gaps ? 1UL : 0);
        return (sum | next) & all;
    }
}
