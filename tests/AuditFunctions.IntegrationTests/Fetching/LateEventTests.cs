using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Lookback tiers and the ids that they need, against real servers.</summary>
public sealed class LateEventTests
{
    private const string Tiers = "3h every 15m";

    [Fact]
    public async Task Event_that_is_later_than_the_overlap_is_found_by_a_tier_which_does_not_move_the_mark()
    {
        await using var stage = await StageAsync(300);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(50));
        stage.Vendor.Publish(1, stage.Harness.Time.GetUtcNow().AddMinutes(-1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        var mark = (await stage.Harness.CheckpointAsync(Stage.Source)).MarkAt;
        stage.Vendor.Publish(3, mark - TimeSpan.FromMinutes(90));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));

        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(301, stage.Siem.Received);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.AssertAllOnce();
        var after = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((mark, (object?)null, (object?)null), (after.MarkAt, after.Window, after.Sweep));
    }

    [Fact]
    public async Task Idle_poll_without_a_due_tier_writes_nothing_and_a_tier_that_finds_nothing_writes_once()
    {
        await using var stage = await StageAsync(300);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(50));
        stage.Vendor.Publish(1, stage.Harness.Time.GetUtcNow().AddMinutes(-1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        var table = stage.Harness.Prefix + "Checkpoints";
        var writes = Writes(table);

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));
        Assert.True(writes > 0, "the writes are not counted");
        Assert.Equal(writes, Writes(table));

        var requests = stage.Vendor.Requests;
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));
        Assert.True(stage.Vendor.Requests > requests + 1, "the tier was not read");
        Assert.Equal(writes + 1, Writes(table));
        Assert.DoesNotContain("GET", StorageRequests.To(stage.Harness.Prefix + "-seen"));
    }

    [Fact]
    public async Task Page_takes_as_many_requests_to_storage_as_before_however_many_ids_were_spilled()
    {
        await using var stage = await StageAsync(44_000, "asc", TimeSpan.FromMilliseconds(150));
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.NotNull((await stage.Harness.CheckpointAsync(Stage.Source)).Seen);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        stage.Vendor.Publish(900, stage.Harness.Time.GetUtcNow().AddSeconds(-1));
        var (rows, segments) = (StorageRequests.To(stage.Harness.Prefix + "Checkpoints").Count, StorageRequests.To(stage.Harness.Prefix + "-seen").Count);

        await stage.Harness.FetchAsync(Stage.Source);

        // The row with its ids, the lease, the commit.
        Assert.Equal(rows + 3, StorageRequests.To(stage.Harness.Prefix + "Checkpoints").Count);
        Assert.Equal(segments, StorageRequests.To(stage.Harness.Prefix + "-seen").Count);
    }

    /// <summary>More events than the row has room for, read again from their start by another instance, twice.</summary>
    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    [InlineData("none")]
    public async Task Ids_that_left_the_row_are_still_known_when_a_tier_lists_their_events_again(string order)
    {
        await using var stage = await StageAsync(44_000, order, TimeSpan.FromMilliseconds(150));
        await using var another = stage.Harness.Another();
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        while (await stage.Harness.FetchAsync(Stage.Source) == FetchOutcome.Continued)
        {
            await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue);
        }

        var full = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal(44_000, full.Status.Events);
        Assert.NotNull(full.Seen);
        stage.Vendor.Publish(2, full.MarkAt - TimeSpan.FromMinutes(80));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(16));
        FetchOutcome outcome;
        do
        {
            outcome = await another.FetchAsync(Stage.Source);
        }
        while (outcome == FetchOutcome.Continued);

        Assert.Equal(44_002, (await stage.Harness.CheckpointAsync(Stage.Source)).Status.Events);
        await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        var segments = StorageRequests.To(stage.Harness.Prefix + "-seen").Count;
        Assert.Equal(FetchOutcome.Idle, await another.FetchAsync(Stage.Source));

        // Without an order an event of the overlap may have left the row with older ones: its segment is read, and no other.
        Assert.InRange(StorageRequests.To(stage.Harness.Prefix + "-seen").Count - segments, 0, order == "none" ? 1 : 0);

        Assert.NotEmpty(await SegmentsAsync(stage));
        await stage.Harness.Checkpoints.RemoveAsync(Stage.Source, default);
        Assert.Empty(await SegmentsAsync(stage));
    }

    private static async Task<Stage> StageAsync(int events, string order = "asc", TimeSpan? spacing = null)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = events, Spacing = spacing ?? TimeSpan.FromSeconds(1) }, ("Fetching:MaxPages", "30"));
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns(order, ("lookbackTiers", Tiers), ("pageSize", "1000")));
        return stage;
    }

    private static async Task<IReadOnlyList<string>> SegmentsAsync(Stage stage)
    {
        var names = new List<string>();
        await foreach (var blob in stage.Harness.Storage.Seen.GetBlobsAsync())
        {
            names.Add(blob.Name);
        }

        return names;
    }

    private static int Writes(string table) => StorageRequests.To(table).Count(method => method is not "GET");
}
