using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace AuditFunctions.Events;

/// <summary>
/// The 128-bit identity of an event inside its partition; an event whose key was seen already is not delivered again.
/// </summary>
/// <remarks>
/// A canonical UUID is its own key; everything else is hashed with SHA-256, of which the first 16 bytes are kept. What is hashed starts
/// with a byte that says whether it is an id, content, parts or fields, so that text which someone plants into one never equals another. Two
/// hashed events collide by chance with a probability of n²/2¹²⁹ (10⁻²¹ for a billion events); finding a collision on purpose takes about
/// 2⁶⁴ attempts, a given key's double 2¹²⁸. A UUID is taken whatever its version and variant bits say, so the 16 bytes of a hash are also
/// those of some UUID: who may choose an event's id freely, as a UUID, can make it collide with a hashed one whose id or content they
/// know. They could as well reuse an id: an id is trusted as far as its vendor is.
/// </remarks>
/// <param name="High">The first eight bytes, big-endian.</param>
/// <param name="Low">The last eight bytes, big-endian.</param>
public readonly record struct EventKey(ulong High, ulong Low)
{
    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public const int Size = 16;

    private const int UuidLength = 36;
    private const byte IdTag = 1;
    private const byte ContentTag = 2;
    private const byte PartsTag = 3;
    private const byte VersionTag = 4;
    private const byte FieldsTag = 5;
    private const int LongestCopy = 64 * 1024;
    private const int StackSize = 512;

    /// <summary>The key of an event that has an id, from the id's bytes as they stand in the page.</summary>
    public static EventKey FromId(ReadOnlySpan<byte> idBytes)
    {
        if (idBytes.Length == UuidLength && Utf8Parser.TryParse(idBytes, out Guid uuid, out _, 'D'))
        {
            // Only the one text that a UUID is written as: another that reads as the same must not pass for it.
            Span<byte> canonical = stackalloc byte[UuidLength];
            if (Utf8Formatter.TryFormat(uuid, canonical, out _) && idBytes.SequenceEqual(canonical))
            {
                uuid.TryWriteBytes(canonical, bigEndian: true, out _);
                return ReadFrom(canonical);
            }
        }

        return Hash([IdTag], idBytes);
    }

    /// <summary>The key of an event that has an id, from the id as it stands in the page: however it is spelt, one id has one key.</summary>
    /// <param name="page">The page.</param>
    /// <param name="id">Where the id stands: a string or a number.</param>
    /// <param name="asWritten">
    /// Where the id holds escapes, the key of the bytes as they are written: up to version 0.2 ids were remembered by it. Else null.
    /// </param>
    public static EventKey FromId(ReadOnlySpan<byte> page, JsonSlice id, out EventKey? asWritten)
    {
        ReadOnlySpan<byte> raw = page.Slice(id.Start, id.Length);
        asWritten = null;
        if (id.Kind != JsonKind.String || !raw.Contains((byte)'\\'))
        {
            return FromId(raw);
        }

        asWritten = FromId(raw);
        byte[] rented = LargeArrays.Rent<byte>(raw.Length);
        EventKey key = FromId(rented.AsSpan(0, JsonText.UnescapeTo(raw, rented)));
        LargeArrays.Return(rented);
        return key;
    }

    /// <summary>The key of an event without an id.</summary>
    /// <param name="eventBytes">The event's exact bytes.</param>
    /// <param name="occurrence">How many events with the same bytes stand before it in the page: they are different events.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="occurrence"/> is negative.</exception>
    public static EventKey FromContent(ReadOnlySpan<byte> eventBytes, int occurrence)
    {
        const int HeaderSize = 1 + sizeof(int);
        ArgumentOutOfRangeException.ThrowIfNegative(occurrence);
        Span<byte> header = stackalloc byte[HeaderSize];
        header[0] = ContentTag;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], occurrence);
        return Hash(header, eventBytes);
    }

    /// <summary>The key of a second event with the same id and another content.</summary>
    /// <param name="id">The key of the id.</param>
    /// <param name="eventBytes">The event's exact bytes.</param>
    public static EventKey FromVersion(EventKey id, ReadOnlySpan<byte> eventBytes)
    {
        Span<byte> header = stackalloc byte[1 + Size];
        header[0] = VersionTag;
        id.WriteTo(header[1..]);
        return Hash(header, eventBytes);
    }

    /// <summary>
    /// The key of an event whose id is made of several fields. Each is preceded by its length, so that ("a", "bc") differs from
    /// ("ab", "c"); a missing or null field differs from an empty one, and a number equals a string of the same text.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="parts">Where the fields stand in it.</param>
    /// <param name="asWritten">As for <see cref="FromId(ReadOnlySpan{byte}, JsonSlice, out EventKey?)"/>.</param>
    public static EventKey FromParts(ReadOnlySpan<byte> page, ReadOnlySpan<JsonSlice> parts, out EventKey? asWritten)
    {
        bool escaped = false;
        foreach (JsonSlice part in parts)
        {
            escaped |= part.Kind == JsonKind.String && page.Slice(part.Start, part.Length).Contains((byte)'\\');
        }

        asWritten = escaped ? FromParts(page, parts, resolve: false) : null;
        return FromParts(page, parts, resolve: escaped);
    }

    private static EventKey FromParts(ReadOnlySpan<byte> page, ReadOnlySpan<JsonSlice> parts, bool resolve)
    {
        int size = 1 + (parts.Length * sizeof(int));
        foreach (JsonSlice part in parts)
        {
            size += part.Length;
        }

        byte[] rented = LargeArrays.Rent<byte>(size);
        rented[0] = PartsTag;
        int at = 1;
        foreach (JsonSlice part in parts)
        {
            bool absent = part.Kind is JsonKind.Missing or JsonKind.Null;
            int length = -1;
            if (!absent)
            {
                ReadOnlySpan<byte> raw = page.Slice(part.Start, part.Length);
                length = raw.Length;
                if (resolve && part.Kind == JsonKind.String)
                {
                    length = JsonText.UnescapeTo(raw, rented.AsSpan(at + sizeof(int)));
                }
                else
                {
                    raw.CopyTo(rented.AsSpan(at + sizeof(int)));
                }
            }

            BinaryPrimitives.WriteInt32BigEndian(rented.AsSpan(at), length);
            at += sizeof(int) + Math.Max(length, 0);
        }

        EventKey key = HashOf(rented.AsSpan(0, at));
        LargeArrays.Return(rented);
        return key;
    }

    /// <summary>A key of what some fields say, which is the key of no event.</summary>
    public static EventKey FromFields(ReadOnlySpan<byte> fields) => Hash([FieldsTag], fields);

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 16 bytes.</exception>
    public static EventKey ReadFrom(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Writes the key as 16 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Room for fewer than 16 bytes.</exception>
    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");

    // One behind the other. A long text is not copied for it; of a short one the copy costs less than hashing in parts.
    private static EventKey Hash(ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest)
    {
        int length = head.Length + rest.Length;
        if (length > LongestCopy)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            sha.AppendData(head);
            sha.AppendData(rest);
            sha.GetHashAndReset(hash);
            return ReadFrom(hash);
        }

        byte[]? rented = null;
        Span<byte> bytes = length <= StackSize ? stackalloc byte[StackSize] : rented = ArrayPool<byte>.Shared.Rent(length);
        head.CopyTo(bytes);
        rest.CopyTo(bytes[head.Length..]);
        EventKey key = HashOf(bytes[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return key;
    }

    private static EventKey HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return ReadFrom(hash);
    }
}
