using System.Net;
using System.Text;
using System.Text.Json;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

public sealed class VendorOktaTests
{
    private const string Since = "since=2026-01-01T00:00:00.000Z";

    [Fact]
    public async Task Polling_gives_every_event_once_in_the_order_of_storing_with_ties_across_page_borders()
    {
        await using var vendor = await SandboxVendor.StartAsync(
            new() { Events = 2503, TieLength = 7, LateShare = 0.1 }, CancellationToken.None);
        using var client = new VendorClient(vendor, "SSWS");
        var events = await client.DrainAsync(
            $"api/v1/logs?{Since}&limit=1000", r => r.Count == 0 ? null : VendorClient.Link(r.Response, "next"));
        Assert.Equal(vendor.OfferedIds, Ids(events));
        Assert.Equal(2503, vendor.OfferedIds.Distinct().Count());
        Assert.Equal([1000, 1000, 503, 0], client.PageSizes);
        var times = Times(events);
        Assert.NotEqual(times.Order(StringComparer.Ordinal), times); // the late ones came behind newer ones
        Assert.Equal(358, times.Distinct().Count());
    }

    [Fact]
    public async Task Bounded_query_is_ordered_by_published_from_since_to_until()
    {
        await using var vendor = await SandboxVendor.StartAsync(
            new() { Events = 300, TieLength = 3, LateShare = 0.2 }, CancellationToken.None);
        using var client = new VendorClient(vendor, "SSWS");
        var url = "api/v1/logs?since=2026-01-01T00:00:10.000Z&until=2026-01-01T00:01:00.000Z&limit=17&sortOrder=";
        foreach (var order in new[] { "ASCENDING", "DESCENDING" })
        {
            var events = await client.DrainAsync(url + order, r => r.Count == 0 ? null : VendorClient.Link(r.Response, "next"));
            Assert.Equal(150, Ids(events).Distinct().Count());
            var times = Times(events);
            Assert.Equal(order == "ASCENDING" ? times.Order(StringComparer.Ordinal) : times.OrderDescending(StringComparer.Ordinal), times);
            Assert.Equal("2026-01-01T00:00:10.000Z", times.Min());
            Assert.Equal("2026-01-01T00:00:59.000Z", times.Max());
        }
    }

    [Theory]
    [InlineData(EmptyPageNextLink.Cursor, false)]
    [InlineData(EmptyPageNextLink.SameAsSelf, true)]
    [InlineData(EmptyPageNextLink.Absent, null)]
    public async Task Next_link_of_an_empty_page_is_as_asked(EmptyPageNextLink mode, bool? sameAsSelf)
    {
        await using var vendor = await SandboxVendor.StartAsync(
            new() { Events = 0, OktaEmptyPage = mode, OktaJoinsLinks = mode == EmptyPageNextLink.Cursor }, CancellationToken.None);
        using var client = new VendorClient(vendor, "SSWS");
        using var response = await client.GetAsync($"api/v1/logs?{Since}");
        var next = VendorClient.Link(response, "next");
        Assert.Equal(sameAsSelf, next is null ? null : next == VendorClient.Link(response, "self"));
    }

    [Fact]
    public async Task Kept_next_link_gives_what_is_published_later_also_late_events_until_cursors_expire()
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 10 }, CancellationToken.None);
        using var client = new VendorClient(vendor, "SSWS");
        using var first = await client.GetAsync($"api/v1/logs?{Since}");
        var next = VendorClient.Link(first, "next")!;
        vendor.Publish(2, new DateTimeOffset(2026, 1, 1, 0, 0, 3, TimeSpan.Zero));
        var later = await client.DrainAsync(next, _ => null);
        Assert.Equal(vendor.OfferedIds.Skip(10), Ids(later));
        Assert.Equal(["2026-01-01T00:00:03.000Z", "2026-01-01T00:00:03.000Z"], Times(later));
        vendor.ExpireCursors();
        using var expired = await client.GetAsync(next);
        Assert.Equal(HttpStatusCode.BadRequest, expired.StatusCode);
    }

    [Fact]
    public async Task Live_events_appear_with_the_clock()
    {
        var time = new SteppedTime(new DateTimeOffset(2026, 1, 1, 0, 0, 4, 500, TimeSpan.Zero));
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 100, Live = true, Time = time }, CancellationToken.None);
        using var client = new VendorClient(vendor, "SSWS");
        Assert.Equal(5, (await client.DrainAsync($"api/v1/logs?{Since}", _ => null)).Count);
        time.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(7, (await client.DrainAsync($"api/v1/logs?{Since}", _ => null)).Count);
        Assert.Equal(7, vendor.OfferedIds.Count);
        vendor.Publish(3);
        Assert.Equal(10, (await client.DrainAsync($"api/v1/logs?{Since}", _ => null)).Count);
        time.Now += TimeSpan.FromHours(1);
        Assert.Equal(103, vendor.OfferedIds.Distinct().Count());
    }

    [Fact]
    public async Task Events_are_a_pure_function_of_the_seed_and_of_realistic_size()
    {
        var bodies = new List<string>();
        foreach (var seed in new[] { 5UL, 5UL, 6UL })
        {
            await using var vendor = await SandboxVendor.StartAsync(new() { Events = 50, Seed = seed }, CancellationToken.None);
            using var client = new VendorClient(vendor, "SSWS");
            using var response = await client.GetAsync($"api/v1/logs?{Since}");
            bodies.Add(await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(bodies[0], bodies[1]);
        Assert.NotEqual(bodies[0], bodies[2]);
        Assert.InRange(Encoding.UTF8.GetByteCount(bodies[0]) / 50, 1000, 1600);
    }

    [Theory]
    [InlineData("api/v1/logs?limit=1001")]
    [InlineData("api/v1/logs?since=yesterday")]
    [InlineData("api/v1/logs?after=nonsense")]
    public async Task Invalid_parameters_are_refused(string url)
    {
        await using var vendor = await SandboxVendor.StartAsync(new(), CancellationToken.None);
        using var client = new VendorClient(vendor, "SSWS");
        using var response = await client.GetAsync(url);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static List<string> Ids(List<JsonElement> events) => [.. events.Select(e => e.GetProperty("uuid").GetString()!)];

    private static List<string> Times(List<JsonElement> events) => [.. events.Select(e => e.GetProperty("published").GetString()!)];
}
