using System.Globalization;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Vendors that let nobody page as deep as a window goes, and cursors that lead nowhere.</summary>
public sealed class DeepWindowTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 1, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("asc", 400)]
    [InlineData("desc", 400)]
    [InlineData("none", 404)]
    [InlineData("desc", 404)]
    [InlineData("asc", 500)]
    [InlineData("desc", 500)]
    [InlineData("none", 503)]
    public async Task A_window_that_is_too_deep_is_read_in_parts_and_everything_arrives_once(string order, int status)
    {
        await using var vendor = await ListVendor.StartAsync(Events(750), (skip, _) => skip > 200 ? new(status, "{}") : null);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, order));
        for (var poll = 0; poll < 40; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((750, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((0, null, Events(750)[^1].At), (checkpoint.Status.Failures, checkpoint.Split, checkpoint.MarkAt));
        vendor.Events.Add(Listed.Of("later", stage.Harness.Time.GetUtcNow().AddSeconds(-1)));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(751, stage.Siem.Received);
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Parts_without_events_at_the_start_of_a_window_that_is_too_deep_are_read_once(string order)
    {
        var late = Enumerable.Range(0, 300).Select(number => Listed.Of(string.Create(CultureInfo.InvariantCulture, $"e{number}"), Now.AddMinutes(-55).AddSeconds(number)));
        await using var vendor = await ListVendor.StartAsync(late, (skip, _) => skip >= 100 ? new(400, "{}") : null);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, order));
        for (var poll = 0; poll < 40; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((300, 0L, 0), (stage.Siem.Received, stage.Siem.Duplicates, (await stage.Harness.CheckpointAsync(Stage.Source)).Status.Failures));
    }

    [Theory]
    [InlineData("asc", 500)]
    [InlineData("desc", 500)]
    [InlineData("desc", 403)]
    public async Task A_kept_cursor_that_fails_whatever_the_status_is_dropped_and_reported_once(string order, int status)
    {
        var isBad = false;
        await using var vendor = await ListVendor.StartAsync(Events(300), (skip, _) => skip == 100 && isBad ? new(status, "{}") : null);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("Fetching:MaxPages", "1"));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, order));
        Assert.Equal(FetchOutcome.Continued, await stage.Harness.FetchAsync(Stage.Source));
        isBad = true;
        for (var poll = 0; poll < 5 && stage.Harness.Log.Of(2006).Count == 0; poll++)
        {
            await stage.Harness.FetchAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Single(stage.Harness.Log.Of(2006));
        isBad = false;
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((300, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    // Events of one instant: no shorter part of the window is less deep.
    [Theory]
    [InlineData("asc", 500)]
    [InlineData("desc", 400)]
    [InlineData("none", 403)]
    public async Task A_window_that_no_shorter_part_makes_less_deep_is_asked_for_with_growing_pauses(string order, int status)
    {
        var same = Enumerable.Range(0, 300).Select(number => Listed.Of(string.Create(CultureInfo.InvariantCulture, $"e{number}"), Now.AddMinutes(-30)));
        await using var vendor = await ListVendor.StartAsync(same, (skip, _) => skip >= 100 ? new(status, "{}") : null);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, order));
        for (var poll = 0; poll < 8; poll++)
        {
            var outcome = FetchOutcome.Continued;
            for (var run = 0; run < 40 && outcome == FetchOutcome.Continued; run++)
            {
                outcome = await stage.Harness.FetchAsync(Stage.Source);
            }

            Assert.Contains(outcome, (FetchOutcome[])[FetchOutcome.BackedOff, FetchOutcome.Refused]);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.True((await stage.Harness.CheckpointAsync(Stage.Source)).Status.Failures > 5);
    }

    [Fact]
    public async Task An_outage_of_the_vendor_leaves_the_cursor_where_it_is()
    {
        var isAway = false;
        await using var vendor = await ListVendor.StartAsync(Events(300), (_, _) => isAway ? new(500, "{}") : null);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("Fetching:MaxPages", "1"));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, "desc"));
        await stage.Harness.FetchAsync(Stage.Source);
        var before = await stage.Harness.CheckpointAsync(Stage.Source);
        isAway = true;
        for (var poll = 0; poll < 6; poll++)
        {
            Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        isAway = false;
        Assert.Equal(before.Cursor, (await stage.Harness.CheckpointAsync(Stage.Source)).Cursor);
        Assert.Empty(stage.Harness.Log.Of(2006));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((300, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Theory]
    [InlineData(413, 1)]
    [InlineData(500, 4)]
    [InlineData(502, 1)]
    [InlineData(504, 30)]
    public async Task Pages_that_are_too_large_for_the_vendor_are_asked_for_smaller(int status, int most)
    {
        await using var vendor = await ListVendor.StartAsync(Events(120), (_, limit) => limit > most ? new(status, "{}") : null);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, "desc"));
        for (var poll = 0; poll < 60 && stage.Siem.Received < 120; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal((120, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    private static Listed[] Events(int count) =>
        [.. Enumerable.Range(0, count).Select(number => Listed.Of(string.Create(CultureInfo.InvariantCulture, $"e{number}"), Now.AddMinutes(-50).AddSeconds(2 * number)))];
}
