using System.Buffers.Binary;
using System.Numerics;

namespace AuditFunctions.Pipeline.Storage.SeenIds;

/// <summary>
/// 24 bits of an event's content, beside its id: whether an event that is listed again is the same. Two different events of one id that are read
/// on different pages pass for one with a probability of 2⁻²⁴; on one page their bytes are compared.
/// </summary>
public static class ContentTag
{
    /// <summary>Nothing is known of the content.</summary>
    public const uint None = 0;

    /// <summary>Bytes that a tag takes in a column.</summary>
    public const int Size = 3;

    /// <summary>The tag of an event's bytes; never <see cref="None"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var rest in bytes)
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        var tag = (crc ^ (crc >> 24)) & 0xFF_FFFF;
        return tag == None ? 1 : tag;
    }
}
