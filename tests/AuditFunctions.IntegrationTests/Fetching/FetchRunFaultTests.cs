using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>What a vendor's failures, stops and rivals do to a partition: its state tells them, and no event is lost or sent twice.</summary>
public sealed class FetchRunFaultTests
{
    public static TheoryData<string, Fault> Faults => new()
    {
        { "throttled", new Fault.Throttled(TimeSpan.FromSeconds(90)) },
        { "failing", new Fault.Status(500) },
        { "reset", new Fault.Reset() },
        { "reset in the body", new Fault.ResetMidBody() },
        { "cut off", new Fault.Truncated(LengthOfWhole: false) },
        { "malformed", new Fault.MalformedJson() },
        { "a login page", new Fault.HtmlPage() },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Failure_in_the_middle_backs_off_and_the_run_after_it_brings_the_rest_once(string name, Fault fault)
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 500, Faults = new FaultPlan().At(3, fault) });
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
        Assert.True(stage.Vendor.Faults.Taken == 1, $"{name} was never met");
        var failed = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((1, 200L, false), (failed.Status.Failures, failed.Status.Events, failed.Status.NeedsAttention));
        Assert.NotEmpty(failed.Status.LastError!);
        Assert.False(failed.IsLeased(stage.Harness.Time.GetUtcNow()));

        stage.Harness.Clock.Advance(failed.Status.NextPollAt!.Value - stage.Harness.Time.GetUtcNow());
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.AssertAllOnce();
        var status = (await stage.Harness.CheckpointAsync(Stage.Source)).Status;
        Assert.Equal((0, null, null, null), (status.Failures, status.LastError, status.NextPollAt, status.FailingSinceAt));
    }

    [Fact]
    public async Task Retry_after_is_obeyed_and_polls_before_it_are_skipped()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 50, Faults = new FaultPlan().Next(1, new Fault.Throttled(TimeSpan.FromMinutes(20))) });
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal(stage.Harness.Time.GetUtcNow().AddMinutes(20), (await stage.Harness.CheckpointAsync(Stage.Source)).Status.NextPollAt);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(19));
        Assert.Equal(FetchOutcome.Skipped, await stage.Harness.FetchAsync(Stage.Source));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAsync(Stage.Source));
    }

    [Fact]
    public async Task Failures_in_a_row_are_counted_from_when_they_began_and_an_idle_poll_clears_them()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 50 });
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.Vendor.Faults.Next(2, new Fault.Status(502));
        var began = stage.Harness.Time.GetUtcNow();
        for (var failures = 1; failures <= 2; failures++)
        {
            Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
            var status = (await stage.Harness.CheckpointAsync(Stage.Source)).Status;
            Assert.Equal((failures, began, 50L), (status.Failures, status.FailingSinceAt, status.Events));
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal(0, (await stage.Harness.CheckpointAsync(Stage.Source)).Status.Failures);
    }

    [Fact]
    public async Task Refused_credential_needs_attention_until_the_secret_is_rotated()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 250 });
        stage.Vendor.Credentials.AcceptOnly("rotated-token");
        Assert.Equal(FetchOutcome.Refused, await stage.Harness.FetchAsync(Stage.Source));
        var refused = (await stage.Harness.CheckpointAsync(Stage.Source)).Status;
        Assert.True(refused.NeedsAttention);
        Assert.Contains("'secret:vendor'", refused.LastError, StringComparison.Ordinal);

        stage.Harness.Configuration["AUDIT_SECRET_VENDOR"] = "rotated-token";
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.False((await stage.Harness.CheckpointAsync(Stage.Source)).Status.NeedsAttention);
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Failed_page_is_asked_for_again_in_the_same_run()
    {
        await using var stage = await Stage.WithWindowsAsync(
            new SandboxVendorOptions { Events = 300, Faults = new FaultPlan().At(2, new Fault.Status(500)) }, "asc", ("Fetching:MaxRetries", "1"));
        var run = stage.Harness.FetchAsync(Stage.Source, Stage.Deadline());
        await Stage.UntilAsync(() => stage.Harness.Log.Of(2002).Count == 1);
        await stage.Harness.Clock.WhenDueWithinAsync(TimeSpan.FromSeconds(1), Stage.Deadline());
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FetchOutcome.CaughtUp, await run);
        Assert.Single(stage.Harness.Log.Of(2002));
        await stage.Harness.ShipAllAsync();
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Stopped_run_gives_its_lease_back_and_the_next_one_completes()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 500, Faults = new FaultPlan().At(4, new Fault.Hang()) });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stage.Deadline());
        var run = stage.Harness.FetchAsync(Stage.Source, stop.Token);
        await Stage.UntilAsync(() => stage.Vendor.Requests == 4);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False((await stage.Harness.CheckpointAsync(Stage.Source)).IsLeased(stage.Harness.Time.GetUtcNow()));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Crashed_run_blocks_the_partition_until_its_lease_ends_and_then_every_event_arrives_once()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 400 });
        var id = new PartitionId(Stage.Source, PartitionId.Single);
        var now = stage.Harness.Time.GetUtcNow();
        var crashed = new Checkpoint { LeaseOwner = "crashed", LeaseUntil = now.AddMinutes(3), WriteId = "w" };
        Assert.NotNull(await stage.Harness.Checkpoints.TryWriteAsync(id, crashed, null, CancellationToken.None));
        Assert.Equal(FetchOutcome.Skipped, await stage.Harness.FetchAsync(Stage.Source));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.AssertAllOnce();
    }

    [Theory]
    [InlineData("asc", 1)]
    [InlineData("desc", 2)]
    public async Task Of_two_instances_on_one_partition_one_gives_way_and_each_event_arrives_once(string order, int seed)
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 900, TieLength = 3 }, order);
        await using var other = stage.Harness.Another(seed + 10);
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(stage.Harness.FetchAsync(Stage.Source), other.FetchAsync(Stage.Source));
            await stage.Harness.ShipAllAsync();
            stage.Vendor.Publish(150);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.NotEmpty(stage.Harness.Log.Of(2005));
        stage.AssertAllOnce();
    }
}
