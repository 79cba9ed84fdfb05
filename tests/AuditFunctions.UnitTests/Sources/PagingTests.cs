using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Every way of paging that the plain template offers, against a vendor that pages so.</summary>
public sealed class PagingTests
{
    private static readonly (string Endpoint, string Query, (string, string?)[] Columns)[] Kinds =
    [
        ("link", "", [("paging", "link-header")]),
        ("cursor-body", "&cursor={cursor}", [("paging", "cursor"), ("next", "next_cursor")]),
        ("cursor-header", "&cursor={cursor}", [("paging", "cursor"), ("nextHeader", "X-Next-Cursor")]),
        ("next-url-body", "", [("paging", "next-url"), ("next", "next")]),
        ("page", "&page={page}", [("paging", "page")]),
        ("offset", "&offset={offset}", [("paging", "offset")]),
        ("none", "", [("paging", "none")]),
    ];

    public static TheoryData<string, string, VendorStop, int> Ways()
    {
        var ways = new TheoryData<string, string, VendorStop, int>();
        foreach (var (endpoint, _, _) in Kinds)
        {
            foreach (var order in new[] { "asc", "desc", "none" })
            {
                foreach (var stop in Enum.GetValues<VendorStop>())
                {
                    ways.Add(endpoint, order, stop, 240); // the last page is short
                    ways.Add(endpoint, order, stop, 250); // the last page is full
                }
            }
        }

        return ways;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_drained_window_holds_every_event_once_in_the_order_of_the_vendor(string endpoint, string order, VendorStop stop, int events)
    {
        var options = new SandboxVendorOptions { Events = events, TieLength = 7, LateShare = 0.1, Generic = new() { Stop = stop } };
        await using var vendor = await SandboxVendor.StartAsync(options, CancellationToken.None);
        await using var pull = new Pull();
        var (_, query, columns) = Kinds.Single(kind => kind.Endpoint == endpoint);
        var source = Pull.Define(
        [
            ("template", "http-json"), ("url", $"{vendor.BaseUrl}generic/{endpoint}"), ("query", $"from={{from}}&to={{to}}&limit={{pageSize}}&order={order}{query}"),
            ("auth", "bearer"), ("token", "secret:token"), ("events", "data"), ("id", "id"), ("time", "time"), ("pageSize", "50"),
            ("order", order switch { "asc" => "ascending", "desc" => "descending", _ => "unordered" }),
            .. columns, .. StopColumns(endpoint, stop),
        ]);
        var (ids, _) = await pull.DrainAsync(source);
        Assert.Equal(events, ids.Count);
        Assert.Equal(vendor.OfferedIds.Order(), ids.Order());
        Assert.InRange(pull.Pages, endpoint == "none" ? 1 : 5, endpoint == "none" ? 1 : 6);
        Assert.Equal(pull.Pages, vendor.Requests);
    }

    [Theory]
    [InlineData("page", "&page={page}")]
    [InlineData("offset", "&offset={offset}")]
    public async Task A_total_in_the_body_ends_a_window_without_a_further_request(string endpoint, string query)
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 240 }, CancellationToken.None);
        await using var pull = new Pull();
        var source = Pull.Define(
            ("template", "http-json"), ("url", $"{vendor.BaseUrl}generic/{endpoint}"), ("query", $"from={{from}}&limit={{pageSize}}{query}"),
            ("auth", "bearer"), ("token", "secret:token"), ("events", "data"), ("id", "id"), ("time", "time"), ("pageSize", "50"),
            ("paging", endpoint), ("definition", "paging: { stop: [{ total: total }] }"));
        var (ids, _) = await pull.DrainAsync(source);
        Assert.Equal(vendor.OfferedIds.Order(), ids.Order());
        Assert.Equal(5, vendor.Requests);
    }

    [Theory]
    [InlineData("page", 0, "0 1 2")]
    [InlineData("page", 1, "1 2 3")]
    [InlineData("offset", 0, "0 2 4")]
    [InlineData("offset", 1, "1 3 5")]
    public async Task A_total_counts_events_wherever_the_vendor_starts_to_count(string kind, int start, string asked)
    {
        var numbers = asked.Split(' ').Select(number => $"/x?at={number}").ToList();
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            var page = numbers.IndexOf(request.PathAndQuery);
            var events = Enumerable.Range(page * 2, page == 2 ? 1 : 2).Select(id => $$"""{"id":{{id}},"at":"2026-01-01T00:00:00Z"}""");
            return new(200, $$"""{"data":[{{string.Join(',', events)}}],"total":5}""");
        });
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, $$"""
            request: { path: /x, query: { at: "{{{(kind == "page" ? "page" : "offset")}}}" } }
            paging: { kind: {{kind}}, start: {{start}}, stop: { total: total } }
            events: { path: data }
            limits: { pageSize: 2 }
            id: id
            time: at
            """);
        var (ids, _) = await pull.DrainAsync(source);
        Assert.Equal(["0", "1", "2", "3", "4"], ids);
        Assert.Equal(numbers, server.Requests.Select(request => request.PathAndQuery));
    }

    [Fact]
    public async Task The_last_event_of_a_page_tells_where_the_next_one_starts()
    {
        var options = new SandboxVendorOptions { Events = 240, Generic = new() { FromInclusive = false } };
        await using var vendor = await SandboxVendor.StartAsync(options, CancellationToken.None);
        await using var pull = new Pull();
        var source = Pull.Define(
            ("template", "http-json"), ("url", $"{vendor.BaseUrl}generic/none"), ("query", "from={cursor}"), ("auth", "bearer"), ("token", "secret:token"),
            ("events", "data"), ("id", "id"), ("time", "time"), ("paging", "last-event"), ("next", "time"), ("stop", "empty-page"));
        var (ids, _) = await pull.DrainAsync(source);
        Assert.Equal(vendor.OfferedIds.Order(), ids.Order());
        Assert.Equal(2, vendor.Requests);
    }

    [Theory]
    [InlineData(VendorTimeFormat.UnixSeconds, "unix-s")]
    [InlineData(VendorTimeFormat.UnixMilliseconds, "unix-ms")]
    [InlineData(VendorTimeFormat.Iso, "rfc3339")]
    public async Task Bounds_and_event_times_are_written_as_the_row_says(VendorTimeFormat format, string name)
    {
        var options = new SandboxVendorOptions { Events = 100, Generic = new() { TimeFormat = format, EventsAtRoot = true } };
        await using var vendor = await SandboxVendor.StartAsync(options, CancellationToken.None);
        await using var pull = new Pull(new("2026-01-01T00:00:40Z"));
        var source = Pull.Define(
            ("template", "http-json"), ("url", $"{vendor.BaseUrl}generic/none"), ("query", "from={from}&to={to}"), ("auth", "bearer"), ("token", "secret:token"),
            ("id", "id"), ("time", "time"), ("requestTimeFormat", name), ("timeFormat", name == "rfc3339" ? "iso8601" : name));
        var (ids, _) = await pull.DrainAsync(source);
        Assert.Equal(vendor.OfferedIds.Take(40).Order(), ids.Order());
    }

    // A vendor that goes on with a full page of nothing needs a stop; where it names no next page, none is needed.
    private static (string, string?)[] StopColumns(string endpoint, VendorStop stop) => stop switch
    {
        VendorStop.NoCursor => endpoint is "page" or "offset" ? [] : [("stop", "no-cursor")],
        VendorStop.EmptyPage => [("stop", "empty-page")],
        VendorStop.ShortPage => [("stop", "short-page")],
        _ => [("stopPath", "has_more"), ("stopIs", "false")],
    };
}
