using AuditFunctions.Operations.Cost;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Cost;

/// <summary>The counts from which the cost is calculated are what the pipeline asks of storage, exactly.</summary>
public sealed class MeasuredCountsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Tick_and_its_due_sources()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 9 });
        var meter = await WarmAsync(stage);
        Assert.Equal(0, await stage.Harness.Schedule.TickAsync(default));
        Assert.Equal(MeasuredCounts.Tick, meter.Read());

        await AddSourcesAsync(stage, 3);
        meter.Start();
        stage.Harness.Clock.Advance(TickInterval);
        Assert.Equal(3, await stage.Harness.Schedule.TickAsync(default));
        Assert.Equal(Sum(MeasuredCounts.Tick, Times(MeasuredCounts.FetchMessage, 3)), meter.Read());

        // Those were new, and had a message each. Known ones share them.
        var known = new HostFacts().GroupSize + 1;
        await AddSourcesAsync(stage, known);
        await PollAsync(stage);
        await ShipAsync(stage);
        stage.Harness.Clock.Advance(TickInterval);
        await stage.Harness.Schedule.TickAsync(default); // sets the count of waiting batches right
        await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        meter.Start();
        Assert.Equal(known, await stage.Harness.Schedule.TickAsync(default));
        Assert.Equal(Sum(MeasuredCounts.Tick, Times(MeasuredCounts.FetchMessage, 2)), meter.Read());
    }

    [Fact]
    public async Task Tick_of_more_sources_than_a_list_holds()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 9 });
        var meter = await WarmAsync(stage);
        await AddSourcesAsync(stage, MeasuredCounts.RowsPerPage + 1, ("enabled", "false"));
        for (var source = 0; source <= MeasuredCounts.RowsPerPage; source++)
        {
            var row = new PartitionId($"acme{source}", PartitionId.Single);
            Assert.NotNull(await stage.Harness.Checkpoints.TryWriteAsync(row, new Checkpoint(), null, default));
        }

        meter.Start();
        Assert.Equal(0, await stage.Harness.Schedule.TickAsync(default));
        Assert.Equal(Sum(MeasuredCounts.Tick, MeasuredCounts.TickPerFurtherPage), meter.Read());
    }

    [Fact]
    public async Task Idle_polls_of_a_quarter_of_an_hour()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 9 });
        var meter = await WarmAsync(stage);
        await AddSourcesAsync(stage, 2);
        await PollAsync(stage);
        await ShipAsync(stage);

        // Two sources of one message: the rows are read once. Their events lie within the overlap, and are known.
        Assert.Equal(1, await PollAsync(stage, meter));
        Assert.Equal(Sum(MeasuredCounts.RowsPerTick, Times(MeasuredCounts.IdlePoll, 2)), meter.Read());
        Assert.Equal(1, await PollAsync(stage, meter));
        Assert.Equal(Sum(MeasuredCounts.RowsPerTick, Times(MeasuredCounts.IdlePoll, 2)), meter.Read());
        Assert.Equal(1, await PollAsync(stage, meter));
        Assert.Equal(Sum(MeasuredCounts.RowsPerTick, Times(MeasuredCounts.IdlePoll, 2), Times(MeasuredCounts.IdleStatus, 2)), meter.Read());
    }

    [Fact]
    public async Task Poll_without_any_event()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 9 });
        var meter = await WarmAsync(stage);
        stage.Harness.Clock.Advance(TimeSpan.FromHours(3));
        await AddSourcesAsync(stage, 1, ("since", "2026-01-01T03:00:00Z"));
        await PollAsync(stage);
        Assert.Equal(1, await PollAsync(stage, meter));
        Assert.Equal(Sum(MeasuredCounts.RowsPerTick, MeasuredCounts.EmptyPoll), meter.Read());
    }

    [Theory]
    [InlineData(9, 1, 1)]
    [InlineData(250, 3, 1)]
    [InlineData(9, 1, 2)]
    public async Task Poll_with_events_and_its_deliveries(int events, int pages, int destinations)
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 9 });
        var names = new List<string> { Stage.Destination };
        for (var more = 1; more < destinations; more++)
        {
            names.Add($"splunk{more}");
            await stage.Harness.AddDestinationAsync(names[^1], ("type", "splunk-hec"), ("url", stage.Siem.BaseUrl.AbsoluteUri), ("token", "secret:siem"));
        }

        var meter = await WarmAsync(stage);
        await AddSourcesAsync(stage, 1, ("destination", string.Join(',', names)));
        await PollAsync(stage);
        await ShipAsync(stage);
        stage.Vendor.Publish(events);
        Assert.Equal(1, await PollAsync(stage, meter));
        var fetched = meter.Read();
        await ShipAsync(stage, meter);
        var batches = pages * destinations;

        // A process brings its count of waiting batches to the destination's record every 5 minutes: at this poll, once for each.
        var expected = Sum(
            MeasuredCounts.RowsPerTick,
            MeasuredCounts.BusyPoll,
            Times(MeasuredCounts.FurtherPage, pages - 1),
            Times(pages == 1 ? MeasuredCounts.DirectBatch : MeasuredCounts.Batch, batches),
            Times(MeasuredCounts.BacklogWrite, destinations));
        Assert.Equal(expected, Sum(fetched, meter.Read()));
        Assert.Equal(events + 9, stage.Siem.Received);
    }

    [Fact]
    public async Task Batch_that_is_too_large_for_its_message()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 9 });
        var meter = await WarmAsync(stage);
        await AddSourcesAsync(stage, 1, ("pageSize", "1000"));
        await PollAsync(stage);
        await ShipAsync(stage);
        stage.Vendor.Publish(900);
        Assert.Equal(1, await PollAsync(stage, meter));
        var fetched = meter.Read();
        await ShipAsync(stage, meter);
        Assert.Equal(
            Sum(MeasuredCounts.RowsPerTick, MeasuredCounts.BusyPoll, MeasuredCounts.Batch, MeasuredCounts.BlobBody, MeasuredCounts.BacklogWrite),
            Sum(fetched, meter.Read()));
    }

    [Fact]
    public async Task Daily_sweep()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 9 });
        var meter = await WarmAsync(stage);
        stage.Harness.Clock.Advance(TimeSpan.FromDays(1));
        meter.Start();
        await stage.Harness.Schedule.TickAsync(default);
        Assert.Equal(Sum(MeasuredCounts.Tick, MeasuredCounts.TickPerQuarter, MeasuredCounts.DailySweep), meter.Read());
    }

    private static async Task<Meter> WarmAsync(Stage stage)
    {
        // Past the sweep of the day and the looks of the quarter of an hour.
        await stage.Harness.Schedule.TickAsync(default);
        stage.Harness.Clock.Advance(TickInterval);
        await stage.Harness.Schedule.TickAsync(default);
        stage.Harness.Clock.Advance(TickInterval);
        var meter = new Meter(stage.Harness);
        meter.Start();
        return meter;
    }

    private static async Task AddSourcesAsync(Stage stage, int count, params (string Column, string Value)[] more)
    {
        var columns = stage.GenericColumns("asc", more);
        var rows = Enumerable.Range(0, count).Select(source => PipelineHarness.Row($"acme{source}", columns)).ToArray();
        await new RowTable(stage.Harness.Storage.Sources, RowTable.SourceKey).WriteAsync(rows, default);
    }

    /// <summary>Five minutes later: a tick, and a second after it its messages. Only what the polls ask is counted.</summary>
    private static async Task<int> PollAsync(Stage stage, Meter? meter = null)
    {
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5) - Second);
        await stage.Harness.Schedule.TickAsync(default);
        stage.Harness.Clock.Advance(Second);
        var messages = await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue);
        meter?.Start();
        foreach (var message in messages)
        {
            await stage.Harness.Fetch.HandleAsync(message, default);
        }

        return messages.Count;
    }

    private static async Task ShipAsync(Stage stage, Meter? meter = null)
    {
        var messages = await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue);
        meter?.Start();
        foreach (var message in messages)
        {
            await stage.Harness.Ship.HandleAsync(message, default);
        }
    }

    private static StorageCounts Times(StorageCounts counts, int times) =>
        Enumerable.Repeat(counts, times).Aggregate(new StorageCounts(), (sum, one) => Sum(sum, one));

    private static StorageCounts Sum(params StorageCounts[] counts) => counts.Aggregate(new StorageCounts(), static (sum, one) => new StorageCounts(
        sum.TableReads + one.TableReads,
        sum.TableWrites + one.TableWrites,
        sum.QueueReads + one.QueueReads,
        sum.QueueWrites + one.QueueWrites,
        sum.BlobReads + one.BlobReads,
        sum.BlobWrites + one.BlobWrites,
        sum.BlobDeletes + one.BlobDeletes,
        sum.BlobLists + one.BlobLists));
}
