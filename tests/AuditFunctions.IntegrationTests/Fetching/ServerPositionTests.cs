using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A vendor that keeps the position: what it moved past and nobody kept must be asked for again.</summary>
public sealed class ServerPositionTests
{
    [Fact]
    public async Task Each_answer_is_committed_before_the_next_is_asked_for_and_a_clean_poll_asks_for_nothing_twice()
    {
        await using var vendor = await PositionVendor.StartAsync(7);
        await using var stage = await StageAsync(vendor);
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(["from", "next", "next", "next"], vendor.Operations);

        vendor.Events = 9;
        Advance(stage);
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(["next", "next"], vendor.Operations.Skip(4));

        Advance(stage);
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(["next"], vendor.Operations.Skip(6));
        AssertAllOnce(vendor, stage);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task What_a_failed_answer_held_is_asked_for_again(int failing)
    {
        await using var vendor = await PositionVendor.StartAsync(7);
        vendor.BeforeAnswer = number => number == failing ? new(500, "") : null;
        await using var stage = await StageAsync(vendor);
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Advance(stage);
        Assert.NotEqual(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));

        Assert.Equal(failing == 1 ? "from" : "resend", vendor.Operations.ElementAt(failing));
        AssertAllOnce(vendor, stage);
    }

    [Fact]
    public async Task A_retry_inside_a_run_asks_again_for_the_answer_that_failed()
    {
        await using var vendor = await PositionVendor.StartAsync(7);
        vendor.BeforeAnswer = number => number == 2 ? new(429, "", ("Retry-After", "0")) : null;
        await using var stage = await StageAsync(vendor, ("Fetching:MaxRetries", "2"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        Assert.Equal(["from", "next", "resend", "next", "next"], vendor.Operations);
        AssertAllOnce(vendor, stage);
    }

    [Fact]
    public async Task Of_two_runs_at_once_one_asks()
    {
        await using var vendor = await PositionVendor.StartAsync(7);
        await using var stage = await StageAsync(vendor);
        await using var another = stage.Harness.Another();
        FetchOutcome? rival = null;
        vendor.BeforeAnswer = number =>
        {
            rival ??= number == 2 ? another.FetchAsync(Stage.Source).GetAwaiter().GetResult() : null;
            return null;
        };
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        Assert.Equal(FetchOutcome.Skipped, rival);
        Assert.Equal(["from", "next", "next", "next"], vendor.Operations);
        AssertAllOnce(vendor, stage);
    }

    [Fact]
    public async Task A_position_that_the_vendor_forgot_is_set_anew()
    {
        await using var vendor = await PositionVendor.StartAsync(7);
        await using var stage = await StageAsync(vendor);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        vendor.Events = 12;
        vendor.BeforeAnswer = number => number == 5 ? new(404, "") : null;
        Advance(stage);
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        Assert.Equal(["next", "from", "next", "next", "next", "next"], vendor.Operations.Skip(4));
        Assert.Single(stage.Harness.Log.Of(2006));
        AssertAllOnce(vendor, stage);
    }

    [Fact]
    public async Task A_long_wait_ends_the_poll_and_keeps_what_came()
    {
        await using var vendor = await PositionVendor.StartAsync(7);
        vendor.BeforeAnswer = number => number == 2
            ? new(200, $$"""{"wait":600,"result":[{{Listed.Of("e3", new DateTimeOffset(2026, 1, 1, 0, 10, 3, TimeSpan.Zero)).Json}}]}""")
            : null;
        await using var stage = await StageAsync(vendor);
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal((2, 4L), (vendor.Operations.Count(), stage.Siem.Received));

        Advance(stage);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal("next", vendor.Operations.ElementAt(2));
    }

    private static async Task<Stage> StageAsync(PositionVendor vendor, params (string Setting, string Value)[] settings)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions(), settings);
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(Stage.Destination));
        return stage;
    }

    private static void Advance(Stage stage) => stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));

    private static void AssertAllOnce(PositionVendor vendor, Stage stage)
    {
        Assert.All(vendor.Ids, id => Assert.Equal(1, stage.Siem.CountOf(id)));
        Assert.Equal((vendor.Events, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }
}
