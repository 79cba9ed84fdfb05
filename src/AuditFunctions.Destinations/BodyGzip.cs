using System.IO.Compression;
using AuditFunctions.Events;

namespace AuditFunctions.Destinations;

/// <summary>Compresses bodies, and decompresses them where somebody has to look inside.</summary>
public static class BodyGzip
{
    /// <summary>Larger than any body may be: what holds more is no body, and must not fill the memory.</summary>
    public const int MaxRawBytes = 64 * 1024 * 1024;

    /// <summary>Compresses; the receiver disposes what it gets.</summary>
    public static PooledBytes Compress(ReadOnlySpan<byte> raw)
    {
        var gzip = new PooledBytes();
        using var stream = new GZipStream(new WriterStream(gzip), CompressionLevel.Fastest);
        stream.Write(raw);
        return gzip;
    }

    /// <summary>Decompresses into a buffer.</summary>
    /// <returns>false when the bytes are no gzip, or hold more than any body.</returns>
    public static bool TryInflate(ReadOnlyMemory<byte> gzip, PooledBytes into) => TryInflate(gzip, into, MaxRawBytes, CancellationToken.None);

    /// <summary>Decompresses into a buffer.</summary>
    /// <returns>false when the bytes are no gzip, or hold more than <paramref name="most"/> bytes.</returns>
    public static bool TryInflate(ReadOnlyMemory<byte> gzip, PooledBytes into, int most, CancellationToken cancellationToken)
    {
        try
        {
            using var inflate = new GZipStream(new MemoryStream(gzip.ToArray()), CompressionMode.Decompress);
            for (var read = inflate.Read(into.GetSpan(64 * 1024)); read > 0; read = inflate.Read(into.GetSpan(64 * 1024)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                into.Advance(read);
                if (into.Length > most)
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
