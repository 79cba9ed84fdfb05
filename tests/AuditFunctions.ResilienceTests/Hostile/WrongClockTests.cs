using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Clocks that are wrong, and what they left behind.</summary>
public sealed class WrongClockTests
{
    private static readonly PartitionId Id = new(Stage.Source, PartitionId.Single);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 1, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(91)]
    public async Task An_instance_whose_clock_is_wrong_polls_commits_and_removes_nothing(int days)
    {
        var harness = await PipelineHarness.CreateAsync(new ManualTime(TimeProvider.System.GetUtcNow().AddDays(days)), ("Scheduling:MaxClockDifference", "00:05:00"));
        await using var disposing = harness;
        await using var vendor = await ListVendor.StartAsync([]);
        await harness.AddDestinationAsync(Stage.Destination, ("type", "http"), ("url", "https://siem.example/in"));
        await harness.AddSourceAsync(Stage.Source, ("template", "http-json"), ("url", "https://vendor.example/x"), ("auth", "none"), ("events", "data"), ("id", "id"), ("time", "time"), ("paging", "none"), ("destination", Stage.Destination));
        var day = harness.Time.GetUtcNow().AddDays(-91).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);
        var blob = BodyStore.NameOf(day, Stage.Destination, "0123");
        await harness.Get<BodyStore>().WriteAsync(blob, new byte[1], default);

        Assert.Equal(0, await harness.Schedule.TickAsync(default));
        Assert.Equal(FetchOutcome.Skipped, await harness.FetchAsync(Stage.Source));

        Assert.Null((await harness.Get<TickRow>().ReadAsync(default)).At);
        Assert.Equal(default, (await harness.CheckpointAsync(Stage.Source)).ETag);
        Assert.Equal(0, await PipelineHarness.CountAsync(harness.Storage.FetchQueue));
        Assert.True(await harness.Storage.Batches.GetBlobClient(blob).ExistsAsync(), "a body was removed");
        var word = days > 0 ? "ahead of" : "behind";
        Assert.Contains(word, Assert.Single(harness.Log.Of(1007)), StringComparison.Ordinal);
        Assert.Contains(word, Assert.Single(harness.Log.Of(2018)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_stay_as_long_as_any_message_waits_and_go_when_none_does()
    {
        await using var harness = await PipelineHarness.CreateAsync(new ManualTime(TimeProvider.System.GetUtcNow()));
        var blob = BodyStore.NameOf("20200101", "siem", "0123");
        await harness.Get<BodyStore>().WriteAsync(blob, new byte[1], default);
        await harness.Storage.ShipQueue.SendMessageAsync("it may need that body");
        harness.Clock.Advance(TimeSpan.FromDays(100));
        await harness.Schedule.TickAsync(default);
        Assert.True(await harness.Storage.Batches.GetBlobClient(blob).ExistsAsync(), "the body of a batch that waits was removed");

        await PipelineHarness.TakeAsync(harness.Storage.ShipQueue);
        harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await harness.Schedule.TickAsync(default);
        Assert.False(await harness.Storage.Batches.GetBlobClient(blob).ExistsAsync());
    }

    [Theory]
    [InlineData("mark")]
    [InlineData("read-to")]
    [InlineData("both")]
    [InlineData("window")]
    [InlineData("split")]
    public async Task A_checkpoint_that_lies_ahead_is_reported_and_goes_on_from_the_last_event(string what)
    {
        await using var vendor = await ListVendor.StartAsync([Listed.Of("a", Start.AddMinutes(-30)), Listed.Of("b", Start.AddMinutes(-20))]);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, "asc", ("definition", "timing: { maxWindow: 6h }")));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        var tomorrow = Start.AddDays(1);
        var read = await stage.Harness.CheckpointAsync(Stage.Source);
        var ahead = read with
        {
            WriteId = "wrong",
            MarkAt = what is "mark" or "both" ? tomorrow : read.MarkAt,
            ReadToAt = what is "read-to" or "both" ? tomorrow : read.ReadToAt,
            Window = what == "window" ? new WindowInProgress(Start, tomorrow, tomorrow, null) : null,
            Cursor = what == "window" ? "7" : null,
            Split = what == "split" ? new WindowSplit(Start, tomorrow, TimeSpan.FromHours(1)) : null,
        };
        Assert.NotNull(await stage.Harness.Checkpoints.TryWriteAsync(Id, ahead, null, default));

        // Late, but inside the overlap with the last event.
        vendor.Events.AddRange([Listed.Of("c", Start.AddMinutes(-21)), Listed.Of("d", Start.AddMinutes(-1))]);
        for (var poll = 0; poll < 3; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((4, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Equal(Start.AddMinutes(-1), (await stage.Harness.CheckpointAsync(Stage.Source)).MarkAt);
        Assert.Single(stage.Harness.Log.Of(2017));
    }

    [Fact]
    public async Task A_tick_that_was_noted_by_a_clock_ahead_keeps_nothing_from_being_polled()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 10 });
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        await stage.Harness.Get<TickRow>().WriteAsync(new LastTick(Start.AddDays(1), null, default), default);
        var asked = 0;
        for (var tick = 0; tick < 3; tick++)
        {
            asked += await stage.Harness.Schedule.TickAsync(default);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.NotEqual(0, asked);
    }
}
