using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>Reads a request's body, as it came and decompressed.</summary>
internal static class SiemBody
{
    /// <summary>Reads into <paramref name="output"/>. False when it is larger than allowed.</summary>
    /// <exception cref="InvalidDataException">The body says gzip and is not.</exception>
    public static async Task<bool> ReadAsync(
        HttpRequest request, PooledBuffer wire, PooledBuffer output, int maxBytes, CancellationToken ct)
    {
        if (!string.Equals(request.Headers.ContentEncoding, "gzip", StringComparison.OrdinalIgnoreCase))
        {
            return await CopyAsync(request.Body, output, maxBytes, ct);
        }

        if (!await CopyAsync(request.Body, wire, maxBytes, ct))
        {
            return false;
        }

        MemoryMarshal.TryGetArray(wire.Written, out var segment);
        var compressed = new MemoryStream(segment.Array ?? [], segment.Offset, segment.Count);
        await using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
        return await CopyAsync(gzip, output, maxBytes, ct);
    }

    private static async Task<bool> CopyAsync(Stream from, PooledBuffer to, int maxBytes, CancellationToken ct)
    {
        while (true)
        {
            var read = await from.ReadAsync(to.GetMemory(64 * 1024), ct);
            if (read == 0)
            {
                return true;
            }

            to.Advance(read);
            if (to.Length > maxBytes)
            {
                return false;
            }
        }
    }
}
