using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Crashes;

/// <summary>What a destination was asked to take: its requests, by the batches that they carry.</summary>
internal static partial class SweepDeliveries
{
    /// <summary>The events of every batch that a destination saw, taken or not.</summary>
    public static Dictionary<string, string[]> BatchesOf(SandboxSiem siem, string destination)
    {
        var batches = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var request in siem.RecentRequests.Where(request => request.Body.Length > 0))
        {
            var body = Raw(request);
            batches[request.Headers.GetValueOrDefault("webhook-id") ?? IdOf(body, destination)] = [.. EventIds().Matches(Encoding.UTF8.GetString(body)).Select(match => match.Groups["id"].Value)];
        }

        return batches;
    }

    // The batch id is made from the body, so that it can be told from a request that does not carry it.
    private static string IdOf(byte[] body, string destination)
    {
        var source = SourceAndPartition().Match(Encoding.UTF8.GetString(body)).Groups;
        byte[] hashed = [.. Encoding.UTF8.GetBytes($"splunk-hec/1\n{destination}\n{source["source"].Value}\n{source["partition"].Value}\n"), .. body];
        return Convert.ToHexStringLower(SHA256.HashData(hashed).AsSpan(0, 16));
    }

    private static byte[] Raw(SiemCall request)
    {
        if (request.Headers.GetValueOrDefault("Content-Encoding") != "gzip")
        {
            return request.Body.ToArray();
        }

        using var gzip = new GZipStream(new MemoryStream(request.Body.ToArray()), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        gzip.CopyTo(raw);
        return raw.ToArray();
    }

    [GeneratedRegex("\"(_document_)?id\":\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EventIds();

    [GeneratedRegex("\"source\":\"(?<source>[^/\"]+)/(?<partition>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SourceAndPartition();
}
