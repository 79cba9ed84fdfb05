using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.EndToEnd;

/// <summary>Vendor to SIEM over real HTTP and real storage, in this process.</summary>
public sealed class WholePipelineTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Fact]
    public async Task Every_event_arrives_once_although_both_sides_keep_failing()
    {
        var vendorFaults = new FaultPlan(7)
            .Share(0.15, new Fault.Throttled(TimeSpan.FromSeconds(1)))
            .Share(0.15, new Fault.Status(500))
            .Share(0.05, new Fault.ResetMidBody())
            .Share(0.05, new Fault.Truncated(LengthOfWhole: false));
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 20_000, TieLength = 700, Faults = vendorFaults }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Faults = new FaultPlan(8).Share(0.3, HecFault.Busy) }, Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");

        var undone = await installation.Host.RunUntilIdleAsync(Patience);

        Assert.Empty(undone);
        Assert.True(vendor.Faults.Taken > 0 && siem.Faults.Taken > 0, "the faults were never met");
        Assert.Equal(20_000, siem.Received);
        Assert.Equal(0, siem.Duplicates);
        Assert.All(vendor.OfferedIds, id => Assert.Equal(1, siem.CountOf(id)));
    }

    [Fact]
    public async Task An_idle_source_polled_again_writes_nothing_and_sends_nothing()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 2_500 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");
        Assert.Empty(await installation.Host.RunUntilIdleAsync(Patience));
        var partition = new PartitionId("okta-prod", PartitionId.Single);
        var before = await installation.Checkpoints.ReadAsync(partition, Patience);
        var (vendorRequests, siemRequests) = (vendor.Requests, siem.Requests);

        Assert.Empty(await installation.Host.RunUntilIdleAsync(Patience));

        Assert.True(vendor.Requests > vendorRequests, "the source was not polled again");
        Assert.Equal(siemRequests, siem.Requests);
        Assert.Equal(before.ETag, (await installation.Checkpoints.ReadAsync(partition, Patience)).ETag);
        Assert.Equal(2_500, siem.Received);
        Assert.Equal(0, siem.Duplicates);
    }

    [Fact]
    public async Task Events_published_later_arrive_too_each_once()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 1_500 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");

        for (var round = 0; round < 4; round++)
        {
            Assert.Empty(await installation.Host.RunUntilIdleAsync(Patience));
            vendor.Publish(700);
        }

        Assert.Empty(await installation.Host.RunUntilIdleAsync(Patience));
        Assert.Equal(1_500 + (4 * 700), siem.Received);
        Assert.Equal(0, siem.Duplicates);
    }

    [Fact]
    public async Task A_source_with_two_destinations_reaches_both_although_one_is_down_at_first()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 3_000 }, Patience);
        await using var good = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var late = await SandboxSiem.StartAsync(new SandboxSiemOptions { Faults = new FaultPlan().Next(3, new Fault.Reset()) }, Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", good.BaseUrl);
        await installation.AddDestinationAsync("lake", ("type", "http"), ("url", new Uri(late.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"), ("body", "ndjson"));
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk, lake");

        Assert.Empty(await installation.Host.RunUntilIdleAsync(Patience));

        Assert.Equal((3_000, 0L), (good.Received, good.Duplicates));
        Assert.Equal((3_000, 0L), (late.Received, late.Duplicates));
    }

    [Fact]
    public async Task A_bad_row_is_reported_and_the_others_run()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 100 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("good", vendor.BaseUrl, "splunk");
        await installation.AddSourceAsync("bad", ("template", "okta-system-log"), ("destination", "splunk"), ("domain", "acme.okta.com"), ("token", "00plainTextToken"));

        var undone = await installation.Host.RunUntilIdleAsync(Patience);

        var left = Assert.Single(undone);
        Assert.Contains("'bad'", left, StringComparison.Ordinal);
        Assert.Contains("token", left, StringComparison.Ordinal);
        Assert.DoesNotContain("00plainTextToken", left, StringComparison.Ordinal);
        Assert.Equal(100, siem.Received);
    }

    [Fact]
    public async Task A_lone_event_without_a_time_is_delivered_and_does_not_stop_its_source()
    {
        await using var vendor = await SandboxVendor.StartAsync(
            new SandboxVendorOptions { Events = 1, ReplaceEvent = _ => """{"uuid":"0b8b9d2e-3f63-4a3e-9d8e-2f6f6a1c0d11","eventType":"odd"}"""u8.ToArray() },
            Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");

        Assert.Empty(await installation.Host.RunUntilIdleAsync(Patience));
        Assert.Empty(await installation.Host.RunUntilIdleAsync(Patience));

        Assert.Equal((1, 0L), (siem.Received, siem.Duplicates));
    }

    [Fact]
    public async Task A_destination_that_refuses_its_token_ends_the_run_with_the_reason_and_keeps_the_events()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 1_500 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Token = "another" }, Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");

        var left = Assert.Single(await installation.Host.RunUntilIdleAsync(Patience));

        Assert.Contains("2 batches", left, StringComparison.Ordinal);
        Assert.Contains("Destination 'splunk': HTTP 403, code 4: Invalid token", left, StringComparison.Ordinal);
        Assert.Equal(2, await new MessageQueue(installation.Storage.ShipQueue).CountAsync(Patience));
    }

    // The run would last as long as the vendor likes, or for ever.
    [Theory]
    [InlineData(429, "HTTP 429: throttled by the vendor. It is not asked again before ")]
    [InlineData(503, "HTTP 503: throttled by the vendor. It is not asked again before ")]
    public async Task A_vendor_that_asks_to_wait_for_an_hour_ends_the_run_with_the_reason(int status, string reason)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(status, "{}", [("Retry-After", "3600")]));
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", new Uri("http://127.0.0.1:9"));
        await installation.AddOktaAsync("okta-prod", new Uri(vendor.BaseUrl), "splunk");

        var left = Assert.Single(await installation.Host.RunUntilIdleAsync(Patience));

        Assert.Contains("Source 'okta-prod' is not caught up: " + reason, left, StringComparison.Ordinal);
    }

    // Each page brings an event and names another page: nothing tells that from a long way behind.
    [Fact]
    public async Task A_vendor_that_always_has_more_ends_the_run_at_its_limit_with_what_it_was_doing()
    {
        var page = 0;
        await using var vendor = await ScriptedServer.StartAsync(_ =>
        {
            var number = Interlocked.Increment(ref page);
            return new(200, $$"""{"data":[{"id":"e{{number}}","at":"2026-01-01T00:00:00Z"}],"next":"{{number}}"}""");
        });
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddSourceAsync("endless", ("destination", "splunk"), ("since", "2026-01-01T00:00:00Z"), ("definition", $$"""
            baseUrl: {{vendor.BaseUrl}}
            request: { path: /e, query: { from: "{from}", c: "{cursor}" } }
            paging: { kind: cursor, path: next }
            events: { path: data }
            id: id
            time: at
            """));

        var undone = await installation.Host.RunUntilIdleAsync(TimeSpan.FromSeconds(8), Patience);

        Assert.Equal("Ended after 8s, the longest that it may take (--at-most). What was read is kept, and the next run goes on from there.", undone[0]);
        Assert.StartsWith("Source 'endless' is still being read: its window since 2026-01-01 00:00:00Z was opened ", undone[1], StringComparison.Ordinal);
        Assert.Equal(2, undone.Count);
    }
}
