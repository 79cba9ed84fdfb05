using System.Text;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Tests.Sources;

/// <summary>Pages at the edge of what a vendor may send, and answers that are no page at all.</summary>
public sealed class EdgePageTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task A_page_may_hold_any_number_of_events(int events)
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = events }, CancellationToken.None);
        await using var pull = new Pull();
        var (ids, _) = await pull.DrainAsync(Generic(vendor, "none"));
        Assert.Equal(vendor.OfferedIds, ids);
        Assert.Equal((1, events), (pull.Pages, ids.Count));
    }

    [Fact]
    public async Task Ties_across_every_page_border_all_arrive_once()
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 300, TieLength = 300 }, CancellationToken.None);
        await using var pull = new Pull();
        var (ids, _) = await pull.DrainAsync(Generic(vendor));
        Assert.Equal(vendor.OfferedIds.Order(), ids.Order());
        Assert.Equal(3, pull.Pages);
    }

    [Fact]
    public async Task An_event_of_a_megabyte_arrives_byte_for_byte_beside_small_ones()
    {
        var large = Encoding.UTF8.GetBytes($$"""{"id":"large","time":"2026-01-01T00:00:01Z","text":"{{new string('x', 1 << 20)}} \" { é"}""");
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 3, Gzip = true, ReplaceEvent = number => number == 1 ? large : null }, CancellationToken.None);
        await using var pull = new Pull();
        var result = await pull.AskAsync(Generic(vendor));
        var page = result as PageResult.Page ?? throw new InvalidOperationException(Pull.Tell(result));
        using (page.Content)
        {
            Assert.Equal(3, page.Content.Cut.Count);
            Assert.Equal(Encoding.UTF8.GetString(large), Pull.Events(page).ElementAt(1));
        }
    }

    [Fact]
    public async Task Events_may_be_the_values_of_a_map()
    {
        var options = new SandboxVendorOptions { Events = 50, Generic = new() { Dictionary = true } };
        await using var vendor = await SandboxVendor.StartAsync(options, CancellationToken.None);
        await using var pull = new Pull();
        Assert.Equal(vendor.OfferedIds, (await pull.DrainAsync(Generic(vendor, "none"))).Ids);
    }

    public static TheoryData<Fault, string> Faults() => new()
    {
        { new Fault.MalformedJson(), "Failed 200: the page (application/json, * bytes) is not what the template says: at byte *, *" },
        { new Fault.Truncated(LengthOfWhole: true), "Failed 0: *" }, // before or after the headers are read
        { new Fault.Truncated(LengthOfWhole: false), "Failed 200: the page (application/json, * bytes) is not what the template says: at byte *, *" },
        { new Fault.HtmlPage(), "Failed 200: the answer is not JSON but a page of text/html, perhaps from a proxy or login form in between; check the address" },
        { new Fault.WrongContentType("text/plain"), "Page of 100" }, // the bytes decide, not what they are called
        { new Fault.WrongContentType("application/octet-stream"), "Page of 100" },
        { new Fault.GzipBomb(VendorClient.MaxPageBytes + 1L), "Failed 200: the page is larger than 64 MB; ask for smaller pages with pageSize, or raise Fetching__PageMemoryMegabytes" },
        { new Fault.Status(204, Body: ""), "Page of 0" },
        { new Fault.Status(200, Body: ""), "Page of 0" },
        { new Fault.Status(200, Body: """{"data":[]}"""), "Page of 0" },
        { new Fault.Status(200, Body: """{"data":[1]} """), "Page of 1" },
        { new Fault.Reset(), "Failed 0: no answer: *" },
        { new Fault.AnswerLost(), "Failed 0: no answer: *" },
        { new Fault.ResetMidBody(), "Failed 0: *" },
        { new Fault.Status(500), "Failed 500: GET /generic/link answered 500" },
        { new Fault.Status(502), "Failed 502: GET /generic/link answered 502" },
        { new Fault.Status(503), "Failed 503: GET /generic/link answered 503" },
        { new Fault.Status(409), "Failed 409: GET /generic/link answered 409" },
        { new Fault.Status(400), "Refused 400: GET /generic/link answered 400. Check the address and parameters of the row; the checkpoint is unchanged." },
        { new Fault.Status(404), "Refused 404: GET /generic/link answered 404. Check the address and parameters of the row; the checkpoint is unchanged." },
        { new Fault.Status(410), "Refused 410: GET /generic/link answered 410. Check the address and parameters of the row; the checkpoint is unchanged." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_answer_becomes_a_result_that_says_what_happened(Fault fault, string expected)
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 150, Faults = new FaultPlan().Next(1, fault) }, CancellationToken.None);
        await using var pull = new Pull();
        var source = Generic(vendor);
        var told = Pull.Tell(await pull.AskAsync(source));
        Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(expected).Replace(@"\*", ".+", StringComparison.Ordinal) + "$", told);
        Assert.DoesNotContain("from=", told, StringComparison.Ordinal);

        // The client is none the worse for it.
        Assert.Equal("Page of 100", Pull.Tell(await pull.AskAsync(source)));
    }

    [Fact]
    public async Task A_vendor_that_hangs_costs_one_time_out_of_the_injected_clock()
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Faults = new FaultPlan().Next(1, new Fault.Hang()) }, CancellationToken.None);
        await using var pull = new Pull();
        var asking = pull.AskAsync(Generic(vendor));
        await pull.Time.WhenWaitingAsync(1, CancellationToken.None);
        pull.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(asking.IsCompleted);
        pull.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new PageResult.Failed(0, "no whole answer within 60 s") { IsTooMuch = true }, await asking);
    }

    [Fact]
    public async Task A_stop_of_ours_is_no_result_but_ends_the_request()
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Faults = new FaultPlan().Next(1, new Fault.Hang()) }, CancellationToken.None);
        await using var pull = new Pull();
        using var stop = new CancellationTokenSource();
        var asking = pull.Client.GetPageAsync(Generic(vendor), new PageQuery(Pull.From, pull.Time.GetUtcNow(), null), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_refused_and_our_credentials_stay_here()
    {
        await using var other = await SandboxVendor.StartAsync(new(), CancellationToken.None);
        await using var vendor = await SandboxVendor.StartAsync(new(), CancellationToken.None);
        vendor.Faults.Next(2, new Fault.Redirect(new Uri(other.BaseUrl, "generic/link"))).Next(1, new Fault.Redirect(other.BaseUrl, 307));
        await using var pull = new Pull();
        foreach (var code in new[] { 302, 302, 307 })
        {
            Assert.Equal(
                $"Refused {code}: GET /generic/link answered {code}, a redirect, which is not followed because it could carry credentials elsewhere. Check the address (baseUrl).",
                Pull.Tell(await pull.AskAsync(Generic(vendor))));
        }

        Assert.Equal((0, 3), (other.Requests, vendor.Requests));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("next-url-body")]
    public async Task A_next_link_to_another_host_is_refused_and_not_asked_for(string endpoint)
    {
        await using var other = await SandboxVendor.StartAsync(new(), CancellationToken.None);
        var faults = new FaultPlan().Next(1, new Fault.ForeignNextLink(other.BaseUrl));
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 500, Faults = faults }, CancellationToken.None);
        await using var pull = new Pull();
        var source = Generic(vendor, endpoint);
        var page = Assert.IsType<PageResult.Page>(await pull.AskAsync(source));
        page.Content.Dispose();
        Assert.StartsWith(other.BaseUrl.ToString(), page.End.Cursor, StringComparison.Ordinal);
        Assert.Equal(
            $"Refused 0: the vendor's link to the next page leads away from {vendor.BaseUrl.GetLeftPart(UriPartial.Authority)}; it was not followed.",
            Pull.Tell(await pull.AskAsync(source, page.End.Cursor)));
        Assert.Equal((0, 1), (other.Requests, vendor.Requests));
    }

    [Theory]
    [InlineData("request: { query: { p: '{page}' } }\npaging: { kind: page, path: next }", "{\"data\":[],\"next\":\"x\"}", "x", "Refused 0: what names the next page is not a number; check paging.path.")]
    [InlineData("request: { method: POST, body: { c: '{cursor:json}' } }\npaging: { kind: cursor, path: next }", "{}", "no JSON", "Refused 0: the vendor's cursor is not JSON, though the body asks for {cursor:json}.")]
    public async Task A_cursor_that_does_not_fit_the_paging_is_refused(string yaml, string body, string cursor, string expected)
    {
        await using var server = await Support.ScriptedServer.StartAsync(_ => new(200, body));
        await using var pull = new Pull();
        Assert.Equal(expected, Pull.Tell(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, yaml + "\nevents: { path: data }\ntime: at"), cursor)));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_refusal_names_the_method_of_the_request_that_was_refused()
    {
        await using var server = await Support.ScriptedServer.StartAsync(_ => new(404, ""));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, """
            request: { method: POST, path: /search, body: { limit: 10 } }
            next: { path: /more, query: { after: "{cursor}" } }
            paging: { kind: cursor, path: next }
            time: at
            """);
        const string Rest = "answered 404. Check the address and parameters of the row; the checkpoint is unchanged.";
        Assert.Equal($"Refused 404: POST /search {Rest}", Pull.Tell(await pull.AskAsync(source)));
        Assert.Equal($"Refused 404: GET /more {Rest}", Pull.Tell(await pull.AskAsync(source, "c")));
    }

    private static SourceDefinition Generic(SandboxVendor vendor, string endpoint = "link") => Pull.Define(
        ("template", "http-json"), ("url", $"{vendor.BaseUrl}generic/{endpoint}"), ("query", "from={from}"), ("auth", "bearer"), ("token", "secret:token"),
        ("events", "data"), ("id", "id"), ("time", "time"), ("paging", endpoint switch { "link" => "link-header", "none" => "none", _ => "next-url" }),
        ("next", endpoint == "next-url-body" ? "next" : null));
}
