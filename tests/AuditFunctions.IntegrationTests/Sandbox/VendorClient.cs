using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

/// <summary>A few lines of HTTP client that drain a vendor's pages, so that the stand-in is not tested by our own pipeline.</summary>
internal sealed class VendorClient(SandboxVendor vendor, string scheme = "Bearer", string token = "sandbox-token") : IDisposable
{
    private readonly HttpClient _http = new();

    public List<int> PageSizes { get; } = [];

    public void Dispose() => _http.Dispose();

    public async Task<HttpResponseMessage> GetAsync(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(vendor.BaseUrl, url));
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
        return await _http.SendAsync(request);
    }

    /// <summary>Follows pages until <paramref name="next"/> has none; gives the events in the order in which they came.</summary>
    public async Task<List<JsonElement>> DrainAsync(string url, Func<Reply, string?> next, string? path = null)
    {
        var events = new List<JsonElement>();
        for (string? at = url; at is not null;)
        {
            using var response = await GetAsync(at);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{at}: {(int)response.StatusCode} {text}");
            var root = JsonDocument.Parse(text).RootElement;
            var data = path is null ? root : root.GetProperty(path);
            List<JsonElement> page = data.ValueKind == JsonValueKind.Object
                ? [.. data.EnumerateObject().Select(p => p.Value)] : [.. data.EnumerateArray()];
            PageSizes.Add(page.Count);
            events.AddRange(page);
            at = next(new Reply(at, response, root, page.Count));
        }

        return events;
    }

    /// <summary>The URL of the link with this relation, from one joined header or from several.</summary>
    public static string? Link(HttpResponseMessage response, string relation) =>
        response.Headers.TryGetValues("Link", out var links)
            ? links.Select(l => Regex.Match(l, $"<([^>]*)>; rel=\"{relation}\"", RegexOptions.None, TimeSpan.FromSeconds(1)))
                .FirstOrDefault(m => m.Success)?.Groups[1].Value
            : null;

    public sealed record Reply(string Url, HttpResponseMessage Response, JsonElement Root, int Count);
}
