using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace AuditFunctions.Destinations;

/// <summary>
/// The id of an event where a destination drops repeats by it: a hash of source, partition, event id and event, so that the same event has the same one, and that
/// nobody can make two events have one: an attacker who could would hide an event behind another.
/// </summary>
internal static class EventHash
{
    /// <summary>Length of the hash in hex digits.</summary>
    public const int Length = 32;

    /// <summary>Writes the hash in lower-case hex.</summary>
    public static void Write(in BodyContext context, in EventView auditEvent, Span<byte> hex)
    {
        var names = Encoding.UTF8.GetByteCount(context.Source) + Encoding.UTF8.GetByteCount(context.Partition) + 2;
        var rented = ArrayPool<byte>.Shared.Rent(names + auditEvent.Id.Length + 1 + SHA256.HashSizeInBytes);
        var text = new FrameWriter(rented);
        text.WriteText(context.Source);
        text.Write("\n"u8);
        text.WriteText(context.Partition);
        text.Write("\n"u8);
        text.Write(auditEvent.Id);
        text.Write("\n"u8);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(auditEvent.Bytes, hash);
        text.Write(hash);
        SHA256.HashData(rented.AsSpan(0, text.Length), hash);
        ArrayPool<byte>.Shared.Return(rented);
        Convert.TryToHexStringLower(hash[..(Length / 2)], hex, out _);
    }
}
