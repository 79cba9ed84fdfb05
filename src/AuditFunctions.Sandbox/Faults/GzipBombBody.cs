using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Sandbox;

/// <summary>A body that is a thousandth of its decompressed size: <c>[</c>, blanks, <c>]</c>, as a row of equal gzip members.</summary>
internal static class GzipBombBody
{
    private const int MemberBytes = 4 * 1024 * 1024;

    /// <summary>Sends it.</summary>
    public static async Task SendAsync(HttpContext http, long decompressedBytes)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.ContentEncoding = "gzip";
        var body = http.Response.Body;
        await body.WriteAsync(Member("["u8), http.RequestAborted);
        var blanks = new byte[MemberBytes];
        blanks.AsSpan().Fill((byte)' ');
        var member = Member(blanks);
        for (var left = decompressedBytes - 2; left > 0; left -= MemberBytes)
        {
            await body.WriteAsync(left >= MemberBytes ? member : Member(blanks.AsSpan(0, (int)left)), http.RequestAborted);
        }

        await body.WriteAsync(Member("]"u8), http.RequestAborted);
    }

    private static byte[] Member(ReadOnlySpan<byte> content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }
}
