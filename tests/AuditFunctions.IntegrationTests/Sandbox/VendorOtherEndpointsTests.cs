using System.Net;
using System.Text.Json;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

public sealed class VendorOtherEndpointsTests
{
    private static readonly SteppedTime January = new(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("asc", "orgs/acme")]
    [InlineData("desc", "enterprises/acme")]
    public async Task GitHub_gives_every_event_once_in_order_and_ends_without_next(string order, string owner)
    {
        await using var vendor = await SandboxVendor.StartAsync(
            new() { Events = 250, TieLength = 9, Time = January }, CancellationToken.None);
        using var client = new VendorClient(vendor);
        var events = await client.DrainAsync($"{owner}/audit-log?per_page=100&order={order}", r => VendorClient.Link(r.Response, "next"));
        Assert.Equal([100, 100, 50], client.PageSizes);
        var ids = events.Select(e => e.GetProperty("_document_id").GetString());
        Assert.Equal(order == "asc" ? vendor.OfferedIds : vendor.OfferedIds.Reverse(), ids);
    }

    [Theory]
    [InlineData("created:>=2026-01-01T00:00:02Z created:<=2026-01-01T00:00:04Z", 12)] // to the second, both inclusive
    [InlineData("created:>2026-01-01T00:00:02Z created:<2026-01-01T00:00:04Z", 4)]
    [InlineData("action:x created:>=2026-01-01T00:00:02.900+00:00 created:<=2026-01-01T00:00:02Z", 4)]
    public async Task GitHub_phrase_bounds_to_the_second(string phrase, int count)
    {
        await using var vendor = await SandboxVendor.StartAsync(
            new() { Events = 100, Spacing = TimeSpan.FromMilliseconds(250), Time = January }, CancellationToken.None);
        using var client = new VendorClient(vendor);
        var events = await client.DrainAsync($"orgs/a/audit-log?phrase={Uri.EscapeDataString(phrase)}", _ => null);
        Assert.Equal(count, events.Count);
    }

    [Theory]
    [InlineData("ASC")]
    [InlineData("DESC")]
    public async Task Salesforce_gives_every_record_once_in_order_after_a_token(string direction)
    {
        await using var vendor = await SandboxVendor.StartAsync(
            new() { Events = 5000, TieLength = 3, Time = January }, CancellationToken.None);
        var token = await TokenAsync(vendor, "sandbox-token");
        using var client = new VendorClient(vendor, token: token!);
        var soql = "SELECT Id, CreatedDate FROM SetupAuditTrail WHERE CreatedDate >= 2026-01-01T00:00:00.000Z "
            + $"AND CreatedDate < 2026-01-01T01:00:00+00:00 ORDER BY CreatedDate {direction}";
        var events = await client.DrainAsync("services/data/v60.0/query?q=" + Uri.EscapeDataString(soql),
            r => r.Root.GetProperty("done").GetBoolean() ? null : r.Root.GetProperty("nextRecordsUrl").GetString(), "records");
        Assert.Equal([2000, 2000, 1000], client.PageSizes);
        var ids = events.Select(e => e.GetProperty("Id").GetString());
        Assert.Equal(direction == "ASC" ? vendor.OfferedIds : vendor.OfferedIds.Reverse(), ids);
        Assert.EndsWith("+0000", events[0].GetProperty("CreatedDate").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Salesforce_refuses_a_wrong_secret_an_expired_token_and_an_unescaped_plus()
    {
        var time = new SteppedTime(January.Now);
        await using var vendor = await SandboxVendor.StartAsync(new() { Time = time }, CancellationToken.None);
        Assert.Null(await TokenAsync(vendor, "wrong"));
        using var client = new VendorClient(vendor, token: (await TokenAsync(vendor, "sandbox-token"))!);
        const string Query = "services/data/v60.0/query?q=SELECT+Id+FROM+SetupAuditTrail+WHERE+CreatedDate+>+2026-01-01T00:00:00";
        using var good = await client.GetAsync(Query + "Z");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        using var plus = await client.GetAsync(Query + "+00:00");
        Assert.Equal(HttpStatusCode.BadRequest, plus.StatusCode);
        time.Now += TimeSpan.FromHours(2);
        using var expired = await client.GetAsync(Query + "Z");
        Assert.Equal(HttpStatusCode.Unauthorized, expired.StatusCode);
        Assert.Contains("INVALID_SESSION_ID", await expired.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotated_token_is_refused_and_the_new_one_accepted()
    {
        await using var vendor = await SandboxVendor.StartAsync(new(), CancellationToken.None);
        vendor.Credentials.AcceptOnly("new");
        foreach (var (scheme, token, url, status) in new[]
        {
            ("SSWS", "sandbox-token", "api/v1/logs", HttpStatusCode.Unauthorized),
            ("SSWS", "new", "api/v1/logs", HttpStatusCode.OK),
            ("Bearer", "sandbox-token", "orgs/a/audit-log", HttpStatusCode.Unauthorized),
            ("Bearer", "new", "orgs/a/audit-log", HttpStatusCode.OK),
            ("Bearer", "sandbox-token", "generic/link", HttpStatusCode.Unauthorized),
            ("Bearer", "new", "generic/link", HttpStatusCode.OK),
        })
        {
            using var client = new VendorClient(vendor, scheme, token);
            using var response = await client.GetAsync(url);
            Assert.Equal(status, response.StatusCode);
        }
    }

    private static async Task<string?> TokenAsync(SandboxVendor vendor, string secret)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "sandbox-client",
            ["client_secret"] = secret,
        });
        using var response = await http.PostAsync(new Uri(vendor.BaseUrl, "services/oauth2/token"), form);
        var root = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        Assert.Equal(vendor.BaseUrl, new Uri(root.GetProperty("instance_url").GetString()!));
        return root.GetProperty("access_token").GetString();
    }
}
