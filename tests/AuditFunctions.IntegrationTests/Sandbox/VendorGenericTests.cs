using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

public sealed class VendorGenericTests
{
    public static TheoryData<string, string, VendorStop, bool> Ways()
    {
        var ways = new TheoryData<string, string, VendorStop, bool>();
        foreach (var paging in new[] { "link", "cursor-body", "next-url-body", "cursor-header", "page", "offset", "none" })
        {
            foreach (var order in new[] { "asc", "desc", "none" })
            {
                foreach (var stop in Enum.GetValues<VendorStop>())
                {
                    ways.Add(paging, order, stop, order == "desc");
                }
            }
        }

        return ways;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_way_of_paging_gives_every_event_once_in_the_promised_order(
        string paging, string order, VendorStop stop, bool dictionary)
    {
        var options = new SandboxVendorOptions { Events = 240, TieLength = 7, LateShare = 0.1 };
        options.Generic = new() { Stop = stop, Dictionary = dictionary };
        await using var vendor = await SandboxVendor.StartAsync(options, CancellationToken.None);
        using var client = new VendorClient(vendor);
        var seen = 0;
        var url = $"generic/{paging}?limit=50&order={order}&from=2026-01-01T00:00:00Z";
        var events = await client.DrainAsync(url, r => Next(r, url, stop, ref seen), "data");
        Assert.Equal(vendor.OfferedIds.Order(), events.Select(e => e.GetProperty("id").GetString()!).Order());
        var times = events.Select(e => e.GetProperty("time").GetString()!).ToList();
        if (order == "none")
        {
            Assert.NotEqual(times.Order(StringComparer.Ordinal), times);
        }
        else
        {
            Assert.Equal(order == "asc" ? times.Order(StringComparer.Ordinal) : times.OrderDescending(StringComparer.Ordinal), times);
        }
    }

    [Theory]
    [InlineData(VendorTimeFormat.Iso, "2026-01-01T00:00:01.500Z", "2026-01-01T00:00:03.000Z", 1, true, false, 3)]
    [InlineData(VendorTimeFormat.UnixMilliseconds, "1767225601500", "1767225603000", 1, true, false, 3)]
    [InlineData(VendorTimeFormat.UnixMilliseconds, "1767225601500", "1767225603000", 1, false, true, 3)]
    [InlineData(VendorTimeFormat.UnixMilliseconds, "1767225601500", "1767225603000", 1, true, true, 4)]
    [InlineData(VendorTimeFormat.UnixSeconds, "1767225601", "1767225603", 1000, true, true, 6)]
    [InlineData(VendorTimeFormat.Iso, "2026-01-01T00:00:30Z", "2026-01-01T00:01:30Z", 60000, true, false, 120)]
    [InlineData(VendorTimeFormat.Iso, "2026-01-01T00:00:30Z", "2026-01-01T00:01:30Z", 60000, false, true, 120)]
    public async Task Bounds_are_as_inclusive_and_as_coarse_as_asked(
        VendorTimeFormat format, string from, string to, int granularityMs, bool fromInclusive, bool toInclusive, int count)
    {
        var options = new SandboxVendorOptions { Events = 400, Spacing = TimeSpan.FromMilliseconds(500) };
        options.Generic = new GenericVendorOptions
        {
            TimeFormat = format,
            Granularity = TimeSpan.FromMilliseconds(granularityMs),
            FromInclusive = fromInclusive,
            ToInclusive = toInclusive,
            EventsAtRoot = true,
        };
        await using var vendor = await SandboxVendor.StartAsync(options, CancellationToken.None);
        using var client = new VendorClient(vendor);
        var events = await client.DrainAsync($"generic/none?from={from}&to={to}", _ => null);
        Assert.Equal(count, events.Count);
    }

    [Fact]
    public async Task Events_are_padded_to_the_size_asked_and_replaced_on_request()
    {
        var options = new SandboxVendorOptions { Events = 3, Generic = { EventBytes = 700, EventsAtRoot = true } };
        options.ReplaceEvent = number => number == 1 ? "{\"odd\":true}"u8.ToArray() : null;
        await using var vendor = await SandboxVendor.StartAsync(options, CancellationToken.None);
        using var client = new VendorClient(vendor);
        var events = await client.DrainAsync("generic/none", _ => null);
        Assert.InRange(events[0].GetRawText().Length, 690, 710);
        Assert.True(events[1].GetProperty("odd").GetBoolean());
    }

    private static string? Next(VendorClient.Reply reply, string url, VendorStop stop, ref int seen)
    {
        seen += reply.Count;
        var isLast = stop switch
        {
            VendorStop.ShortPage => reply.Count < 50,
            VendorStop.HasMoreFlag => !reply.Root.GetProperty("has_more").GetBoolean(),
            _ => false,
        };
        if (isLast || url.Contains("/none", StringComparison.Ordinal))
        {
            return null;
        }

        if (url.Contains("/page", StringComparison.Ordinal) || url.Contains("/offset", StringComparison.Ordinal))
        {
            var done = stop switch
            {
                VendorStop.NoCursor => seen >= reply.Root.GetProperty("total").GetInt32(),
                VendorStop.EmptyPage => reply.Count == 0,
                _ => false,
            };
            var page = ((seen + 49) / 50) + 1;
            return done ? null : url + (url.Contains("/page", StringComparison.Ordinal) ? $"&page={page}" : $"&offset={seen}");
        }

        var cursor = reply.Root.TryGetProperty("next_cursor", out var inBody) ? inBody.GetString()
            : reply.Response.Headers.TryGetValues("X-Next-Cursor", out var inHeader) ? inHeader.Single() : null;
        return cursor is not null ? $"{url}&cursor={cursor}"
            : reply.Root.TryGetProperty("next", out var next) ? next.GetString() : VendorClient.Link(reply.Response, "next");
    }
}
