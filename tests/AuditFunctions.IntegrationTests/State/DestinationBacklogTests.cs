using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.State;

public sealed class DestinationBacklogTests
{
    private const string Start = "2026-01-01T00:00:00Z";

    [Fact]
    public async Task Counts_of_several_instances_add_up_and_cost_a_write_per_64_batches_or_5_minutes()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await using var other = harness.Another();
        await Task.WhenAll(FillAsync(harness), FillAsync(other));
        await harness.Get<DestinationBacklog>().FlushAsync(default);
        await other.Get<DestinationBacklog>().FlushAsync(default);
        Assert.Equal(1_280, await BacklogAsync(harness));
        Assert.InRange(Requests(harness), 20, 80);

        var before = Requests(harness);
        await harness.Get<DestinationBacklog>().SentAsync("a", 1, default);
        Assert.Equal(before, Requests(harness));
        harness.Clock.Advance(DestinationBacklog.WriteInterval);
        await harness.Get<DestinationBacklog>().DoneAsync("a", default);
        await harness.Get<DestinationBacklog>().DoneAsync("a", default);
        Assert.True(Requests(harness) > before);
        Assert.Equal(1_280, await BacklogAsync(harness));
        await harness.Get<DestinationBacklog>().FlushAsync(default);
        Assert.Equal((1_279, harness.Time.GetUtcNow()), (await BacklogAsync(harness), (await harness.Get<DestinationRecords>().ReadAsync("a", default)).LastDeliveryAt));

        static async Task FillAsync(PipelineHarness one)
        {
            for (var batch = 0; batch < 640; batch++)
            {
                await one.Get<DestinationBacklog>().SentAsync("a", 1, default);
            }
        }
    }

    [Fact]
    public async Task Count_is_never_below_zero_never_above_the_queue_and_right_again_when_the_queue_is_empty()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        var backlog = harness.Get<DestinationBacklog>();
        await backlog.DoneAsync("a", default);
        await backlog.FlushAsync(default);
        Assert.Equal(0, await BacklogAsync(harness));
        await backlog.SentAsync("a", 500, default);
        Assert.Equal(500, await BacklogAsync(harness));
        var pressure = harness.Get<Backpressure>();
        await harness.Storage.ShipQueue.SendMessageAsync("one");
        var waiting = await pressure.ReadAsync(2, default);
        Assert.Equal((1L, 0L), (waiting.Of("a"), waiting.Of("b")));

        // A lone destination's backlog is the queue, unless batches wait for one that is gone.
        var lone = waiting with { Rows = 1 };
        Assert.Equal((1L, 0L), (lone.Of("a"), lone.Of("b")));
        Assert.Equal(1L, (lone with { Records = new Dictionary<string, DestinationRecord>() }).Of("b"));
        await pressure.CorrectAsync(waiting, default);
        Assert.Equal(500, await BacklogAsync(harness));
        await harness.Storage.ShipQueue.ClearMessagesAsync();
        await pressure.CorrectAsync(await pressure.ReadAsync(2, default), default);
        Assert.Equal(0, await BacklogAsync(harness));
    }

    [Fact]
    public async Task Circuit_and_count_share_a_row_and_neither_undoes_the_other()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        var records = harness.Get<DestinationRecords>();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => records.ChangeAsync("a", null, record => record with { Backlog = record.Backlog + 1 }, default))
            .Append(records.ChangeAsync("a", null, record => record with { Failures = 3, Reason = "busy" }, default)));
        var read = await records.ReadAsync("a", default);
        Assert.Equal((5L, 3, "busy"), (read.Backlog, read.Failures, read.Reason));
        Assert.Equal(read, (await records.ListAsync(default))["a"]);
        Assert.Empty(await harness.Checkpoints.ListAsync(null, default));
    }

    private static async Task<long> BacklogAsync(PipelineHarness harness) => (await harness.Get<DestinationRecords>().ReadAsync("a", default)).Backlog;

    private static int Requests(PipelineHarness harness) => StorageRequests.To(harness.Prefix + "Checkpoints").Count;
}
