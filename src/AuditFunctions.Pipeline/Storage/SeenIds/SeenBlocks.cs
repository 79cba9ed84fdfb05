using System.Buffers.Binary;
using AuditFunctions.Events;

namespace AuditFunctions.Pipeline.Storage.SeenIds;

/// <summary>Reads the blocks of a segment.</summary>
internal static class SeenBlocks
{
    private const int HeaderBytes = sizeof(long) + sizeof(int);

    /// <summary>The keys of the blocks up to a number, sorted, each once.</summary>
    public static UInt128[] Read(ReadOnlySpan<byte> segment, long upToBlock)
    {
        var keys = new UInt128[segment.Length / EventKey.Size];
        var kept = 0;
        while (segment.Length >= HeaderBytes)
        {
            var block = BinaryPrimitives.ReadInt64LittleEndian(segment);
            var count = BinaryPrimitives.ReadInt32LittleEndian(segment[sizeof(long)..]);
            segment = segment[HeaderBytes..];
            if (count < 0)
            {
                // Not ours, and where the next block would start is not known.
                break;
            }

            count = Math.Min(count, segment.Length / EventKey.Size);
            for (var at = 0; at < count && block <= upToBlock; at++)
            {
                keys[kept++] = BinaryPrimitives.ReadUInt128BigEndian(segment[(at * EventKey.Size)..]);
            }

            segment = segment[(count * EventKey.Size)..];
        }

        return Distinct(keys.AsSpan(0, kept));
    }

    /// <summary>Two sets as one; neither is changed.</summary>
    public static UInt128[] Union(UInt128[] keys, IReadOnlyList<EventKey> more)
    {
        var all = new UInt128[keys.Length + more.Count];
        keys.CopyTo(all, 0);
        for (var at = 0; at < more.Count; at++)
        {
            all[keys.Length + at] = Of(more[at]);
        }

        return Distinct(all);
    }

    /// <summary>A key as segments hold it in memory.</summary>
    public static UInt128 Of(EventKey key) => new(key.High, key.Low);

    private static UInt128[] Distinct(Span<UInt128> keys)
    {
        keys.Sort();
        var kept = 0;
        for (var at = 0; at < keys.Length; at++)
        {
            if (kept == 0 || keys[at] != keys[kept - 1])
            {
                keys[kept++] = keys[at];
            }
        }

        return keys[..kept].ToArray();
    }
}
