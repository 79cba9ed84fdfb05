using System.Globalization;
using System.Text.Json;
using AuditFunctions.Chaos.Plan;

namespace AuditFunctions.Chaos.Account;

/// <summary>The bytes of events as their vendor offers them: it is asked again, by their time.</summary>
internal sealed class OfferedBytes(HttpClient client)
{
    private readonly Dictionary<(string Vendor, DateTimeOffset At), Dictionary<string, string>> _found = [];

    /// <summary>An event's id.</summary>
    public static string IdOf(JsonElement one) => (one.TryGetProperty("uuid", out var id) ? id : one.GetProperty("id")).GetString()!;

    /// <summary>An event's bytes as text; null when the vendor does not offer it.</summary>
    public async Task<string?> OfAsync(LiveVendor vendor, string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!_found.TryGetValue((vendor.Plan.Name, at), out var together))
        {
            var (from, to) = (Iso(at), Iso(at + TimeSpan.FromMilliseconds(1)));
            var path = vendor.Plan.Order is null
                ? $"api/v1/logs?since={from}&until={to}&limit=1000"
                : $"generic/cursor-body?from={from}&to={to}&limit=1000&order=asc";
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(vendor.Server.BaseUrl, path));
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer sandbox-token");
            using var answer = await client.SendAsync(request, cancellationToken);
            using var page = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken));
            var events = page.RootElement.ValueKind == JsonValueKind.Array ? page.RootElement : page.RootElement.GetProperty("data");
            together = events.EnumerateArray().ToDictionary(IdOf, one => one.GetRawText(), StringComparer.Ordinal);
            _found[(vendor.Plan.Name, at)] = together;
        }

        return together.GetValueOrDefault(id);
    }

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
