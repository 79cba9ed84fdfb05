using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Web;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>What a vendor keeps no longer before it was read: reading goes on behind it, and the gap is reported, once, with both of its ends.</summary>
public sealed class GapTests
{
    private const string Rule = """errors: [{ status: 400, path: error.code, is: TooOld, action: restart, from: { path: error.message, pattern: "since (\\S+)" } }]""";

    [Fact]
    public async Task A_vendor_that_says_from_when_on_it_has_events_is_read_from_there_and_the_gap_is_reported()
    {
        await using var vendor = await KeepingVendor.StartAsync("2026-01-01T00:10:00Z");
        await using var stage = await StageAsync(vendor, Rule);
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));

        stage.Harness.Clock.Advance(TimeSpan.FromDays(4));
        vendor.KeptFrom = _ => At("2026-01-03T00:00:00.5Z");
        vendor.Add("2026-01-02T12:00:00Z", "2026-01-03T06:00:00Z", "2026-01-04T06:00:00Z");
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));

        Assert.Equal((3, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Contains("starts at 2026-01-03 00:00:01Z", Assert.Single(stage.Harness.Log.Of(2037)), StringComparison.Ordinal);
        Assert.Contains("between 2026-01-01 01:00:00Z and 2026-01-03 00:00:01Z may be missing", Assert.Single(stage.Harness.Log.Of(2036)), StringComparison.Ordinal);
        var gap = (await stage.Harness.CheckpointAsync(Stage.Source)).Gap;
        Assert.Equal(new Gap(At("2026-01-01T01:00:00Z"), At("2026-01-03T00:00:01Z"), stage.Harness.Time.GetUtcNow()), gap);

        // It goes on as ever, and nothing is reported twice.
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        vendor.Add("2026-01-05T01:30:00Z");
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(4, stage.Siem.Received);
        Assert.Single(stage.Harness.Log.Of(2036));
    }

    [Fact]
    public async Task A_bound_that_moves_with_the_clock_is_reached_after_one_pause()
    {
        await using var vendor = await KeepingVendor.StartAsync("2026-01-01T00:10:00Z");
        await using var stage = await StageAsync(vendor, Rule);
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.Harness.Clock.Advance(TimeSpan.FromDays(10));
        vendor.Add("2026-01-10T12:00:00Z");
        vendor.KeptFrom = asked => At("2026-01-09T00:00:00Z").AddSeconds(2 * asked);
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(2, stage.Siem.Received);
        Assert.Equal(At("2026-01-01T01:00:00Z"), (await stage.Harness.CheckpointAsync(Stage.Source)).Gap?.FromAt);
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00Z")] // what was asked for, or before it
    [InlineData("2027-01-01T00:00:00Z")] // ahead of the clock
    [InlineData("yesterday")] // no time
    public async Task A_vendor_that_names_no_time_that_helps_is_refused_as_ever(string said)
    {
        await using var vendor = await KeepingVendor.StartAsync("2026-01-01T00:10:00Z");
        await using var stage = await StageAsync(vendor, Rule);
        vendor.Says = said;
        vendor.KeptFrom = _ => DateTimeOffset.MaxValue;
        Assert.Equal(FetchOutcome.Refused, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Empty(stage.Harness.Log.Of(2036));
        Assert.Empty(stage.Harness.Log.Of(2037));
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).KeptFromAt);
    }

    [Fact]
    public async Task An_outage_longer_than_the_vendors_retention_is_a_gap_and_an_idle_source_is_none()
    {
        await using var vendor = await KeepingVendor.StartAsync("2026-01-01T00:10:00Z");
        await using var stage = await StageAsync(vendor, "timing: { retention: 1d }");
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        // Polled all the time, and nothing happens for days.
        for (var hour = 0; hour < 72; hour++)
        {
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAndShipAsync(Stage.Source));
        }

        Assert.Empty(stage.Harness.Log.Of(2036));
        var lastPoll = stage.Harness.Time.GetUtcNow();
        stage.Harness.Clock.Advance(TimeSpan.FromDays(3));
        vendor.Add("2026-01-06T22:00:00Z");
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(2, stage.Siem.Received);
        var gap = (await stage.Harness.CheckpointAsync(Stage.Source)).Gap;
        Assert.Equal((lastPoll, lastPoll.AddDays(2).AddMinutes(5)), (gap!.FromAt, gap.ToAt));
        Assert.Single(stage.Harness.Log.Of(2036));
    }

    /// <summary>A process was killed behind the first page's lease, or a vendor failed between two parts of a window, and it took longer than the margin to go on.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_window_that_was_begun_and_has_become_too_old_is_planned_anew(bool inParts)
    {
        await using var vendor = await KeepingVendor.StartAsync("2026-01-01T00:10:00Z");
        await using var stage = await StageAsync(vendor, "timing: { retention: 1d }");
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.Harness.Clock.Advance(TimeSpan.FromDays(1));
        vendor.Add("2026-01-02T00:50:00Z", "2026-01-02T01:20:00Z");
        vendor.KeptFrom = _ => stage.Harness.Time.GetUtcNow() - TimeSpan.FromDays(1);
        var (from, to) = (At("2026-01-01T01:05:00Z"), At("2026-01-02T01:00:00Z"));
        var begun = await stage.Harness.CheckpointAsync(Stage.Source);
        begun = inParts
            ? begun with { Split = new WindowSplit(from, to, TimeSpan.FromHours(12)), CaughtUpAt = from }
            : begun with { Window = new WindowInProgress(from, to, to, null) };
        Assert.NotNull(await stage.Harness.Checkpoints.TryWriteAsync(new(Stage.Source, "default"), begun, null, Stage.Deadline()));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(30));

        await stage.Harness.FetchAndShipAsync(Stage.Source);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((3, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        var after = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((null, null, 0), (after.Window, after.Split, after.Status.Failures));
        Assert.Equal((inParts ? from : At("2026-01-01T01:00:00Z"), At("2026-01-01T01:35:00Z")), (after.Gap!.FromAt, after.Gap.ToAt));
    }

    /// <summary>What lies behind the third page of a window is refused, and the window starts where the vendor's retention ends, which moves on meanwhile.</summary>
    [Fact]
    public async Task A_window_at_the_edge_of_the_retention_that_is_too_deep_is_read_in_parts()
    {
        var first = At("2026-01-01T03:10:00Z");
        await using var vendor = await KeepingVendor.StartAsync([.. Enumerable.Range(0, 40).Select(at => first.AddMinutes(30 * at).ToString("O", CultureInfo.InvariantCulture))]);
        vendor.DeepestPage = 3;
        await using var stage = await StageAsync(
            vendor, "timing: { retention: 1d }\nlimits: { pageSize: 5 }\norder: descending\npaging: { kind: page }", ", page: \"{page}\", size: \"{pageSize}\"");
        stage.Harness.Clock.Advance(TimeSpan.FromHours(23.5));
        vendor.KeptFrom = _ =>
        {
            // Each request takes a while.
            stage.Harness.Clock.Advance(TimeSpan.FromSeconds(2));
            return stage.Harness.Time.GetUtcNow() - TimeSpan.FromDays(1);
        };
        for (var poll = 0; poll < 12 && stage.Siem.Received < 40; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal((40, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Empty(stage.Harness.Log.Of(2036));
    }

    private static async Task<Stage> StageAsync(KeepingVendor vendor, string more, string query = "")
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            ("definition", $$"""
                baseUrl: {{vendor.BaseUrl}}
                request: { path: /events, query: { from: "{from}", to: "{to}"{{query}} } }
                events: { path: data }
                id: id
                time: time
                {{more}}
                """),
            ("since", "2026-01-01T00:00:00Z"),
            ("destination", Stage.Destination));
        return stage;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    // Refuses what lies before the oldest event that it keeps.
    private sealed class KeepingVendor : IAsyncDisposable
    {
        private readonly ConcurrentBag<DateTimeOffset> _events = [];
        private ScriptedServer? _server;
        private int _asked;

        public Func<int, DateTimeOffset> KeptFrom { get; set; } = _ => DateTimeOffset.MinValue;

        public string? Says { get; set; }

        public int DeepestPage { get; set; } = int.MaxValue;

        public string BaseUrl => _server!.BaseUrl;

        public static async Task<KeepingVendor> StartAsync(params string[] events)
        {
            var vendor = new KeepingVendor();
            vendor.Add(events);
            vendor._server = await ScriptedServer.StartAsync(vendor.Answer);
            return vendor;
        }

        public void Add(params string[] events) => Array.ForEach(events, text => _events.Add(At(text)));

        public ValueTask DisposeAsync() => _server!.DisposeAsync();

        private ScriptedServer.Reply Answer(ScriptedServer.Seen request)
        {
            var query = HttpUtility.ParseQueryString(request.PathAndQuery.Split('?')[1]);
            var (from, to, kept) = (At(query["from"]!), At(query["to"]!), KeptFrom(++_asked));
            var inside = _events.Where(at => at >= from && at < to && at >= kept);
            var (page, size) = (int.Parse(query["page"] ?? "0", CultureInfo.InvariantCulture), int.Parse(query["size"] ?? "0", CultureInfo.InvariantCulture));
            inside = page > 0 ? inside.OrderDescending().Skip((page - 1) * size).Take(size) : inside.Order();
            var listed = inside.Select(at => $$"""{"id":"{{at:O}}","time":"{{at:O}}"}""");
            return from < kept || page > DeepestPage || query["page"] == "0"
                ? new((int)HttpStatusCode.BadRequest, $$$"""{"error":{"code":"TooOld","message":"events are kept since {{{Says ?? kept.ToString("O", CultureInfo.InvariantCulture)}}}"}}""")
                : new(200, $$"""{"data":[{{string.Join(',', listed)}}]}""");
        }
    }
}
