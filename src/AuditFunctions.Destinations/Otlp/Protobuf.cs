namespace AuditFunctions.Destinations.Otlp;

/// <summary>Reads the encoding of protobuf (https://protobuf.dev/programming-guides/encoding/).</summary>
internal static class Protobuf
{
    /// <summary>Reads a number of seven bits a byte, of 9 bytes at most: the few numbers that are read here are lengths and counts.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="at">Where it starts; afterwards where the next field does.</param>
    /// <param name="value">The number.</param>
    /// <returns>false when it has no end.</returns>
    public static bool TryReadVarint(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        value = 0;
        for (var shift = 0; shift < 63 && at < bytes.Length; shift += 7)
        {
            var next = bytes[at++];
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
