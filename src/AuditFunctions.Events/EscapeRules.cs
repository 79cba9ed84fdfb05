using System.Numerics;

namespace AuditFunctions.Events;

/// <summary>What may follow a backslash inside a string.</summary>
internal static class EscapeRules
{
    /// <summary>Checks the escaped bytes of a block.</summary>
    /// <param name="text">The page up to where it ends.</param>
    /// <param name="blockStart">Offset of the block.</param>
    /// <param name="escaped">The bytes that follow a backslash; those outside strings may be left in or out.</param>
    /// <returns>The ones that are no valid escape.</returns>
    public static ulong Invalid(ReadOnlySpan<byte> text, int blockStart, ulong escaped)
    {
        ulong invalid = 0;
        for (ulong rest = escaped; rest != 0; rest &= rest - 1)
        {
            int at = blockStart + BitOperations.TrailingZeroCount(rest);
            if (at < text.Length && !IsValid(text[at..]))
            {
                invalid |= rest & (0 - rest);
            }
        }

        return invalid;
    }

    private static bool IsValid(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => true,
        (byte)'u' => text.Length > 4 && char.IsAsciiHexDigit((char)text[1]) && char.IsAsciiHexDigit((char)text[2])
            && char.IsAsciiHexDigit((char)text[3]) && char.IsAsciiHexDigit((char)text[4]),
        _ => false,
    };
}
