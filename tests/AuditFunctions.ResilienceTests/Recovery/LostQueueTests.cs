using AuditFunctions.Operations.Sources;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Recovery;

/// <summary>What docs/operating.md says of queues that are lost.</summary>
public sealed class LostQueueTests
{
    [Fact]
    public async Task A_lost_queue_fetch_is_made_up_for_by_the_next_tick()
    {
        await using var stage = await RecoveryStage.InTheMiddleAsync();
        await Lost.QueuesAsync(stage.Harness.Storage, stage.Harness.Storage.FetchQueue);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(6));

        await stage.Harness.Schedule.TickAsync(default);
        while (await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue) is [var message])
        {
            await stage.Harness.Fetch.HandleAsync(message, default);
        }

        await stage.Harness.ShipAllAsync();
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task A_lost_queue_ship_loses_what_was_in_it_until_that_is_sent_again()
    {
        await using var stage = await RecoveryStage.InTheMiddleAsync(("overlap", "10s"));
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));
        await Lost.QueuesAsync(stage.Harness.Storage, stage.Harness.Storage.ShipQueue);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((2 * RecoveryStage.Page, 0L), (stage.Siem.Received, stage.Siem.Duplicates));

        // What was on its way counts as sent: only with --again it comes back.
        Assert.IsType<BackfillResult.Moved>(await stage.BackfillAsync("2026-01-01T00:00:00Z"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((2 * RecoveryStage.Page, 0L), (stage.Siem.Received, stage.Siem.Duplicates));

        Assert.IsType<BackfillResult.Moved>(await stage.BackfillAsync("2026-01-01T00:00:00Z", again: true));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllArrived(duplicates: 2 * RecoveryStage.Page);
    }
}
