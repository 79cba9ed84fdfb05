using System.IO.Compression;
using System.Net.Http.Headers;

namespace AuditFunctions.Benchmarks;

/// <summary>
/// The least that any collector must do: get the pages, compress them, post them. No parsing, no storage, nothing remembered. What the pipeline costs is
/// said as a multiple of it.
/// </summary>
internal static class Floor
{
    public static async Task<int> RunAsync(Uri vendor, Uri siem)
    {
        using var client = new HttpClient();
        var next = new Uri(vendor, "api/v1/logs?since=2026-01-01T00:00:00Z&sortOrder=ASCENDING&limit=1000");
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, next);
            request.Headers.TryAddWithoutValidation("Authorization", "SSWS sandbox-token");
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            var page = await response.Content.ReadAsByteArrayAsync();
            if (page.Length <= 2)
            {
                return 0;
            }

            using var body = new MemoryStream();
            await using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
            {
                await gzip.WriteAsync(page);
            }

            using var post = new HttpRequestMessage(HttpMethod.Post, new Uri(siem, "ingest")) { Content = new ByteArrayContent(body.GetBuffer(), 0, (int)body.Length) };
            post.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            post.Content.Headers.ContentEncoding.Add("gzip");
            post.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sandbox-token");
            using var answer = await client.SendAsync(post);
            answer.EnsureSuccessStatusCode();
            var link = response.Headers.GetValues("Link").SelectMany(value => value.Split(',')).First(value => value.Contains("rel=\"next\"", StringComparison.Ordinal));
            next = new Uri(link[(link.IndexOf('<', StringComparison.Ordinal) + 1)..link.IndexOf('>', StringComparison.Ordinal)]);
        }
    }
}
