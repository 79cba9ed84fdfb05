using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>The one table of a source whose partitions list each their own: it is of the last proved listings of all.</summary>
public sealed class PartitionTableTests
{
    private static readonly string[] Regions = ["eu", "us", "apac", "jp", "uk", "br"];

    [Fact]
    public async Task It_is_written_when_all_were_listed_and_then_with_each()
    {
        await using var vendor = new RegionVendor();
        await using var stage = await StartAsync(vendor, "eu, us");
        await ListAsync(stage.Harness, "us");
        Assert.Contains("partition 'eu' has not been listed yet", Assert.Single(stage.Harness.Log.Of(2033)), StringComparison.Ordinal);
        Assert.False(await stage.Harness.Storage.Lookups.GetBlobClient("snapshot-acme.jsonl").ExistsAsync());
        await ListAsync(stage.Harness, "eu");
        Assert.Equal("eu-1 1 eu-2 1 same 1 us-1 1 us-2 1 same 1", await TableAsync(stage));

        // The one as it is now, the other as it was last.
        vendor.Version["us"] = "2";
        vendor.Version["eu"] = "3";
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await ListAsync(stage.Harness, "us");
        Assert.Equal("eu-1 1 eu-2 1 same 1 us-1 2 us-2 2 same 2", await TableAsync(stage));
    }

    [Fact]
    public async Task A_listing_in_doubt_leaves_it_and_a_partition_that_is_gone_leaves_with_the_next_listing()
    {
        await using var vendor = new RegionVendor();
        await using var stage = await StartAsync(vendor, "eu, us");
        await ListAsync(stage.Harness, "eu");
        await ListAsync(stage.Harness, "us");
        vendor.Version["us"] = "";
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await ListAsync(stage.Harness, "us");
        Assert.Contains("the listing is in doubt: it is empty", stage.Harness.Log.Of(2033)[^1], StringComparison.Ordinal);
        vendor.Version["eu"] = "2";
        await ListAsync(stage.Harness, "eu");
        Assert.Contains("partition 'us' has a listing in doubt: it is empty", stage.Harness.Log.Of(2033)[^1], StringComparison.Ordinal);
        Assert.Equal("eu-1 1 eu-2 1 same 1 us-1 1 us-2 1 same 1", await TableAsync(stage));

        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns("eu"));
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await using var other = stage.Harness.Another();
        await ListAsync(other, "eu");
        Assert.Equal("eu-1 2 eu-2 2 same 2", await TableAsync(stage));
    }

    [Fact]
    public async Task Fields_that_are_edited_wait_until_every_partition_has_them()
    {
        await using var vendor = new RegionVendor();
        await using var stage = await StartAsync(vendor, "eu, us");
        await ListAsync(stage.Harness, "eu");
        await ListAsync(stage.Harness, "us");
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns("eu, us", keep: "[id, v, more]"));
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await using var other = stage.Harness.Another();
        await ListAsync(other, "eu");
        Assert.Contains("partition 'us' was listed before 'snapshot.keep' was edited", stage.Harness.Log.Of(2033)[^1], StringComparison.Ordinal);
        await ListAsync(other, "us");
        Assert.Equal(2, (await LinesAsync(stage)).Count(line => line.Contains("\"more\":true", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Runs_that_end_at_one_moment_leave_nobody_out()
    {
        await using var vendor = new RegionVendor();
        await using var stage = await StartAsync(vendor, string.Join(", ", Regions));
        PipelineHarness[] hosts = [.. Regions.Select((_, at) => stage.Harness.Another(at + 2))];
        for (var round = 1; round <= 3; round++)
        {
            Array.ForEach(Regions, region => vendor.Version[region] = $"{round}");
            await Task.WhenAll(hosts.Select((host, at) => ListAsync(host, Regions[at])));
            var expected = Regions.Order(StringComparer.Ordinal).Select(region => $"{region}-1 {round} {region}-2 {round} same {round}");
            Assert.Equal(string.Join(' ', expected), await TableAsync(stage));
            stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        }

        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    private static async Task<Stage> StartAsync(RegionVendor vendor, string regions)
    {
        await vendor.StartAsync();
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(regions));
        return stage;
    }

    private static async Task ListAsync(PipelineHarness host, string region)
    {
        // What does not fit into one run goes on in the next.
        FetchOutcome outcome;
        do
        {
            outcome = await host.Fetch.FetchAsync(new PartitionId(Stage.Source, region), default);
        }
        while (outcome == FetchOutcome.Continued);

        Assert.Contains(outcome, (FetchOutcome[])[FetchOutcome.CaughtUp, FetchOutcome.Idle]);
    }

    private static async Task<string[]> LinesAsync(Stage stage)
    {
        var blob = await stage.Harness.Storage.Lookups.GetBlobClient("snapshot-acme.jsonl").DownloadContentAsync();
        return blob.Value.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> TableAsync(Stage stage) =>
        string.Join(' ', (await LinesAsync(stage)).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).Select(row => $"{row.GetProperty("id")} {row.GetProperty("v")}"));

    /// <summary>Lists three objects of each region on two pages, one of which every region has; none while a region's version is empty.</summary>
    private sealed class RegionVendor : IAsyncDisposable
    {
        private ScriptedServer? _server;

        public System.Collections.Concurrent.ConcurrentDictionary<string, string> Version { get; } = new(Regions.Select(region => KeyValuePair.Create(region, "1")));

        public async Task StartAsync() => _server = await ScriptedServer.StartAsync(request =>
        {
            var region = request.PathAndQuery.Split('/', '?')[2];
            var version = Version[region];
            return version.Length == 0 ? new(200, """{"data":[],"next":null}""")
                : request.PathAndQuery.Contains("cursor=", StringComparison.Ordinal) ? new(200, $$"""{"data":[{{Object("same")}}],"next":null}""")
                : new(200, $$"""{"data":[{{Object($"{region}-1")}},{{Object($"{region}-2")}}],"next":"2"}""");

            string Object(string id) => $$"""{"id":"{{id}}","v":"{{version}}","more":{{(id == "same" ? "true" : "null")}}}""";
        });

        public (string Column, string Value)[] Columns(string regions, string keep = "[id, v]") =>
        [
            ("destination", Stage.Destination), ("baseUrl", _server!.BaseUrl),
            ("definition", $$"""
                baseUrl: https://acme.example
                partitions: { region: { values: "{{regions}}" } }
                request: { path: "/objects/{partition.region}", query: { cursor: "{cursor}" } }
                paging: { kind: cursor, path: next }
                events: { path: data }
                snapshot: { key: id, changes: diff, keep: {{keep}} }
                timing: { interval: 1h }
                """),
        ];

        public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;
    }
}
