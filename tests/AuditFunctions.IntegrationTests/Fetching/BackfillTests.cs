using AuditFunctions.Operations.Sources;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Recovery;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A source that is moved back reads everything from there on, and forgets only what it is told to.</summary>
public sealed class BackfillTests
{
    private const string Start = "2026-01-01T00:00:00Z";
    private static readonly (string Column, string Value) Overlap = ("overlap", "10s");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_from_before_the_first_window_are_read_and_what_was_sent_is_not_sent_again(bool byCursor)
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 300 });
        (string, string)[] columns = byCursor ? stage.OktaColumns(Overlap) : stage.GenericColumns("asc", Overlap);
        await stage.Harness.AddSourceAsync(Stage.Source, [.. columns.Where(column => column.Item1 != "since"), ("since", "2026-01-01T00:04:00Z")]);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(60, stage.Siem.Received);

        Assert.Equal(new BackfillResult.Moved(DateTimeOffset.Parse(Start, null)), await stage.BackfillAsync(Start));
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllOnce();
        var after = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((stage.Vendor.Offered.Max(offered => offered.At), 300), (after.MarkAt, after.Status.Events));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));
    }

    /// <summary>Read first, the parts that are left of a window would move the mark over all that the backfill is for.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_window_that_is_read_in_parts_is_left_too(bool again)
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 300 });
        var columns = stage.GenericColumns("asc", Overlap);
        await stage.Harness.AddSourceAsync(Stage.Source, [.. columns.Where(column => column.Column != "since"), ("since", "2026-01-01T00:04:00Z")]);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        var read = await stage.Harness.CheckpointAsync(Stage.Source);
        var parts = new WindowSplit(read.MarkAt!.Value.AddSeconds(-30), read.MarkAt.Value.AddSeconds(1), TimeSpan.FromSeconds(10));
        Assert.NotNull(await stage.Harness.Checkpoints.TryWriteAsync(new(Stage.Source, "default"), read with { Split = parts }, null, Stage.Deadline()));

        Assert.Equal(new BackfillResult.Moved(DateTimeOffset.Parse(Start, null)), await stage.BackfillAsync(Start, again));
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        Assert.All(stage.Vendor.OfferedIds, id => Assert.InRange(stage.Siem.CountOf(id), 1, again ? 2 : 1));
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Split);
    }

    [Theory]
    [InlineData(0)]     // the second page starts there: the ledger knows its batches
    [InlineData(24)]
    public async Task Everything_is_sent_again_where_that_is_asked_for(int hours)
    {
        await using var stage = await RecoveryStage.StartAsync(Overlap);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
        stage.Harness.Clock.Advance(TimeSpan.FromHours(hours));

        Assert.IsType<BackfillResult.Moved>(await stage.BackfillAsync("2026-01-01T00:01:40Z", again: true));
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllArrived(duplicates: 2 * RecoveryStage.Page);
        Assert.All(stage.Vendor.Offered, offered => Assert.Equal(offered.At < DateTimeOffset.Parse("2026-01-01T00:01:40Z", null) ? 1 : 2, stage.Siem.CountOf(offered.Id)));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));
    }

    [Fact]
    public async Task Deliveries_of_another_source_stay_in_the_ledger()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 99 });
        await stage.Harness.AddSourceAsync("other", stage.GenericColumns());
        await stage.Harness.FetchAsync("other");
        var message = (await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue)).Single();
        await stage.Harness.Ship.HandleAsync(message, default);

        await stage.BackfillAsync(Start, again: true);
        await stage.Harness.Ship.HandleAsync(message, default);

        Assert.Equal((99, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_window_in_progress_is_left_and_nothing_of_it_is_lost(bool again)
    {
        await using var stage = await RecoveryStage.InTheMiddleAsync();
        Assert.NotNull((await stage.Harness.CheckpointAsync(Stage.Source)).Window);

        await stage.BackfillAsync(Start, again);
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Window);
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllArrived(duplicates: again ? RecoveryStage.Page : 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_instant_that_is_not_reached_yet_never_leaves_out_what_lies_before_it(bool again)
    {
        await using var stage = await RecoveryStage.InTheMiddleAsync();

        await stage.BackfillAsync("2026-01-01T00:50:00Z", again);
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllArrived(duplicates: again ? RecoveryStage.Page : 0);
    }

    [Fact]
    public async Task A_partition_that_is_being_fetched_is_left_alone()
    {
        await using var stage = await RecoveryStage.InTheMiddleAsync();
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        var until = stage.Harness.Time.GetUtcNow().AddMinutes(3);
        await stage.Harness.Checkpoints.TryWriteAsync(new(Stage.Source, "default"), checkpoint with { LeaseOwner = "somebody", LeaseUntil = until }, null, default);
        var before = await stage.Harness.CheckpointAsync(Stage.Source);

        Assert.Equal(new BackfillResult.Leased(until), await stage.BackfillAsync(Start));

        Assert.Equal(before, await stage.Harness.CheckpointAsync(Stage.Source));
    }
}
