using AuditFunctions.Operations.Sources;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Tests.Support;
using Azure.Data.Tables;

namespace AuditFunctions.Tests.Recovery;

/// <summary>What docs/operating.md says of tables that are lost.</summary>
public sealed class LostTableTests
{
    [Theory]
    [InlineData(0, 0)]                      // on the same day the same pages give the same batches, which the ledger drops
    [InlineData(24, RecoveryStage.Page)]    // on another day what was delivered before is delivered again
    public async Task Lost_checkpoints_lose_nothing_and_repeat_from_since_on(int hours, int duplicates)
    {
        await using var stage = await RecoveryStage.InTheMiddleAsync();
        await Lost.TablesAsync(stage.Harness.Storage, stage.Harness.Storage.Checkpoints);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(hours));

        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllArrived(duplicates);
    }

    [Fact]
    public async Task Without_since_lost_checkpoints_leave_out_what_is_older_than_the_lookback_until_it_is_backfilled()
    {
        await using var stage = await RecoveryStage.InTheMiddleAsync(("since", ""), ("lookback", "61m"));
        await Lost.TablesAsync(stage.Harness.Storage, stage.Harness.Storage.Checkpoints);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(RecoveryStage.Page, stage.Siem.Received);

        Assert.IsType<BackfillResult.Moved>(await stage.BackfillAsync("2026-01-01T00:00:00Z"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllArrived(duplicates: RecoveryStage.Page);
    }

    [Fact]
    public async Task A_lost_ledger_loses_nothing_and_repeats_nothing_of_what_is_still_to_come()
    {
        await using var stage = await RecoveryStage.InTheMiddleAsync();
        await Lost.TablesAsync(stage.Harness.Storage, stage.Harness.Storage.Ledger);

        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllOnce();
    }

    [Fact]
    public async Task With_a_lost_ledger_a_message_that_was_delivered_and_comes_again_is_delivered_twice()
    {
        await using var stage = await RecoveryStage.StartAsync();
        await stage.Harness.FetchAsync(Stage.Source);
        var texts = await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue);
        await stage.Harness.Ship.HandleAsync(texts.Single(), default);
        await stage.Harness.Ship.HandleAsync(texts.Single(), default);
        Assert.Equal(0, stage.Siem.Duplicates);
        await Lost.TablesAsync(stage.Harness.Storage, stage.Harness.Storage.Ledger);

        await stage.Harness.Ship.HandleAsync(texts.Single(), default);

        Assert.Equal(RecoveryStage.Page, stage.Siem.Duplicates);
    }

    [Fact]
    public async Task An_older_copy_of_checkpoints_repeats_what_came_after_it_and_loses_nothing()
    {
        await using var stage = await RecoveryStage.StartAsync();
        var table = stage.Harness.Storage.Checkpoints;
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        var copy = (await table.GetEntityAsync<TableEntity>(Stage.Source, "default")).Value;
        stage.Vendor.Publish(50, stage.Harness.Time.GetUtcNow().AddMinutes(-1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
        await table.UpsertEntityAsync(copy, TableUpdateMode.Replace);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(24));

        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllArrived(duplicates: 50);
    }

    [Fact]
    public async Task Everything_lost_but_the_rows_loses_nothing_that_the_vendor_keeps()
    {
        await using var stage = await RecoveryStage.InTheMiddleAsync();
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source)); // a page that is on its way
        var storage = stage.Harness.Storage;
        await Lost.TablesAsync(storage, storage.Checkpoints, storage.Ledger);
        await Lost.QueuesAsync(storage, storage.FetchQueue, storage.ShipQueue);
        await Lost.ContainersAsync(storage, storage.Batches, storage.DeadLetters, storage.Seen);

        await stage.Harness.FetchAndShipAsync(Stage.Source);

        stage.AssertAllArrived(duplicates: RecoveryStage.Page);
    }
}
