using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Runs on one partition against a vendor and storage that are real servers.</summary>
public sealed class FetchRunTests
{
    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    [InlineData("none")]
    public async Task First_poll_brings_everything_and_idle_polls_write_and_send_nothing(string order)
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 450, TieLength = 7 }, order);
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.AssertAllOnce();
        await AssertIdleAsync(stage);
    }

    [Fact]
    public async Task First_poll_by_cursor_brings_everything_and_idle_polls_write_and_send_nothing()
    {
        await using var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Events = 2_300, TieLength = 7 });
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.AssertAllOnce();
        await AssertIdleAsync(stage);
    }

    // Everything happened before what was read first.
    [Theory]
    [InlineData("lookback", "5m", "timing: { overlap: 1m }")]
    [InlineData("lookback", "30m", "timing: { maxWindow: 5m, overlap: 1m }")]
    [InlineData("since", "2026-01-01T00:50:00Z", "timing: { overlap: 1m }")]
    [InlineData("since", "2026-01-01T00:20:00Z", "timing: { maxWindow: 5m, overlap: 1m, granularity: 1m }")]
    public async Task A_since_wins_while_no_event_was_seen(string column, string value, string timing)
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 300 });
        (string Column, string Value)[] row = [.. stage.GenericColumns("asc", ("definition", timing)).Where(cell => cell.Column != "since")];
        await stage.Harness.AddSourceAsync(Stage.Source, [.. row, (column, value)]);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(20));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(0, stage.Siem.Received);

        await stage.Harness.AddSourceAsync(Stage.Source, [.. row, ("since", "2026-01-01T00:00:00Z")]);
        for (var poll = 0; poll < 3; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        stage.AssertAllOnce();
    }

    // The vendor is away when the source is polled for the first time with it.
    [Fact]
    public async Task A_since_whose_first_poll_fails_is_not_forgotten()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 300, Faults = new FaultPlan().At(2, new Fault.Status(500)) });
        (string Column, string Value)[] row = [.. stage.GenericColumns("asc", ("definition", "timing: { overlap: 1m }")).Where(cell => cell.Column != "since")];
        await stage.Harness.AddSourceAsync(Stage.Source, [.. row, ("lookback", "5m")]);
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAndShipAsync(Stage.Source));

        await stage.Harness.AddSourceAsync(Stage.Source, [.. row, ("since", "2026-01-01T00:00:00Z")]);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Mark_of_a_descending_source_moves_only_when_its_window_is_drained()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 500 }, "desc", ("Fetching:MaxPages", "2"));
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));
        var open = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Null(open.MarkAt);
        Assert.Equal(NewestAt(500), open.Window?.NewestAt);
        Assert.False(open.IsLeased(stage.Harness.Time.GetUtcNow()));

        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        var drained = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal(NewestAt(500), drained.MarkAt);
        Assert.Null(drained.Window);
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Spent_page_budget_commits_and_continues_in_the_same_window()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 700 }, "asc", ("Fetching:MaxPages", "2"));
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));
        var first = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal(200, first.Status.Events);
        Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue));

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));
        var second = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((first.Window!.FromAt, first.Window.ToAt, first.Window.OpenedAt), (second.Window!.FromAt, second.Window.ToAt, second.Window.OpenedAt));
        Assert.Equal(400, second.Status.Events);

        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
        Assert.Equal(700, (await stage.Harness.CheckpointAsync(Stage.Source)).Status.Events);
    }

    [Fact]
    public async Task Page_budget_holds_across_the_short_windows_of_a_long_past()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 60, Spacing = TimeSpan.FromMinutes(1) }, ("Fetching:MaxPages", "3"));
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("definition", "timing: { maxWindow: 10m, overlap: 1m }")));
        var before = stage.Vendor.Requests;
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal(3, stage.Vendor.Requests - before);
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Overlap_as_long_as_the_longest_window_still_comes_to_an_end()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 60, Spacing = TimeSpan.FromMinutes(1) }, ("Fetching:MaxPages", "100"));
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("definition", "timing: { maxWindow: 5m, overlap: 5m }")));
        var outcome = await stage.Harness.FetchAsync(Stage.Source, Stage.Deadline());
        await stage.Harness.ShipAllAsync();
        Assert.Equal(FetchOutcome.CaughtUp, outcome);
        stage.AssertAllOnce();
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Expired_cursor_gives_way_to_a_window_and_nothing_is_lost_or_sent_again(string order)
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 650, TieLength = 5 }, order, ("Fetching:MaxPages", "2"));
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));
        stage.Vendor.ExpireCursors();
        await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue);

        // Read in parts, of which the last is empty.
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Single(stage.Harness.Log.Of(2006));
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Expired_polling_cursor_gives_way_to_a_window_from_the_mark()
    {
        await using var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Events = 2_300 });
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.Vendor.ExpireCursors();
        stage.Vendor.Publish(120);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Single(stage.Harness.Log.Of(2006));
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Late_events_inside_the_overlap_are_picked_up_and_the_others_are_not_sent_again()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 300 });
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.Vendor.Publish(3, NewestAt(300) - TimeSpan.FromMinutes(4));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(303, stage.Siem.Received);
        stage.AssertAllOnce();
        Assert.Equal(NewestAt(300), (await stage.Harness.CheckpointAsync(Stage.Source)).MarkAt);
    }

    private static DateTimeOffset NewestAt(int events) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(events - 1);

    private static async Task AssertIdleAsync(Stage stage)
    {
        var before = await stage.Harness.CheckpointAsync(Stage.Source);
        var table = stage.Harness.Prefix + "Checkpoints";
        var writes = Writes(table);
        var ships = StorageRequests.To(stage.Harness.Prefix + "-ship").Count;
        var polls = stage.Vendor.Requests;
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));

        Assert.True(stage.Vendor.Requests > polls, "the vendor was not asked");
        Assert.True(writes > 0, "the writes are not counted");
        Assert.Equal(writes, Writes(table));
        Assert.Equal(ships, StorageRequests.To(stage.Harness.Prefix + "-ship").Count);
        Assert.Equal(before.ETag, (await stage.Harness.CheckpointAsync(Stage.Source)).ETag);
        Assert.Equal(0, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue));
    }

    private static int Writes(string table) => StorageRequests.To(table).Count(method => method is not "GET");
}
