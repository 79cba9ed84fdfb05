using System.Globalization;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Events whose time lies beyond their window: they arrive once, and nothing else is lost because of them.</summary>
public sealed class OddTimeTests
{
    // The stage's clock stands here.
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 1, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("2100-01-01T00:00:00Z")]
    [InlineData("2026-01-01T02:00:00Z")]   // an hour ahead
    [InlineData("2026-01-01T01:06:00Z")]   // a little more than a clock's skew
    public async Task Late_events_arrive_although_one_event_lies_ahead_of_the_clock(string time)
    {
        var odd = Listed.Of("odd", Now, DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));
        await using var vendor = await ListVendor.StartAsync([Listed.Of("first", Now.AddMinutes(-30)), odd], sinceOnly: true);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, "asc"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(Now.AddMinutes(-30), (await stage.Harness.CheckpointAsync(Stage.Source)).MarkAt);
        Assert.Single(stage.Harness.Log.Of(2014));

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        vendor.Events.AddRange(Enumerable.Range(0, 100).Select(number => Listed.Of($"late{number}", Now.AddMinutes(-25).AddSeconds(number))));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((102, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Single(stage.Harness.Log.Of(2014));
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("2026-01-01T02:00:00Z")]
    [InlineData("2026-01-01T00:59:00Z")]   // inside the window, and all the same not where it is listed
    public async Task A_cursor_that_is_refused_behind_an_event_with_an_odd_time_leaves_nothing_out(string time)
    {
        var isRefused = false;
        await using var vendor = await ListVendor.StartAsync(
            Enumerable.Range(0, 301).Select(number => Listed.Of($"e{number}", Now.AddMinutes(-40).AddSeconds(5 * number), number == 50 ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) : null)),
            (skip, _) => skip >= 100 && isRefused ? new(400, "{}") : null);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("Fetching:MaxPages", "1"));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, "asc"));
        await stage.Harness.FetchAsync(Stage.Source);
        isRefused = true;
        await stage.Harness.FetchAsync(Stage.Source);
        isRefused = false;
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((301, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    // As many as the checkpoint row holds, and some: the ids of the odd ones leave it.
    [Fact]
    public async Task Events_without_a_usable_time_that_are_listed_at_every_poll_arrive_once_however_many_others_come()
    {
        var always = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var vendor = await ListVendor.StartAsync(
            [
                Listed.Of("year", always, DateTimeOffset.Parse("9999-12-31T23:59:59Z", CultureInfo.InvariantCulture)),
                new Listed(always, """{"id":"none"}"""),
                new Listed(always, """{"noid":true}"""),
            ],
            sinceOnly: true);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, "asc", ("pageSize", "5000")));
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        vendor.Events.InsertRange(0, Enumerable.Range(0, 40_000).Select(number => Listed.Of($"e{number}", Now.AddMilliseconds(number))));
        for (var poll = 0; poll < 6; poll++)
        {
            stage.Harness.Clock.Advance(TimeSpan.FromHours(20));
            vendor.Events.RemoveAll(listed => listed.At < always && poll > 1);
            vendor.Events.Insert(0, Listed.Of($"new{poll}", stage.Harness.Clock.GetUtcNow().AddMinutes(-1)));
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            await stage.Harness.FetchAndShipAsync(Stage.Source);
        }

        Assert.Equal((40_009, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }
}
