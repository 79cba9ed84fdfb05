using System.Text;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Events that are not as they should be, and rows that change.</summary>
public sealed class FetchRunContentTests
{
    private static SandboxVendorOptions Replacing(int events, Func<int, string?> replace) =>
        new() { Events = events, ReplaceEvent = number => replace(number) is { } text ? Encoding.UTF8.GetBytes(text) : null };

    [Fact]
    public async Task Id_that_stands_on_a_page_twice_is_one_event()
    {
        var options = Replacing(20, number => number is 3 or 4 or 12 ? """{"id":"twice","time":"2026-01-01T00:00:03Z"}""" : null);
        await using var stage = await Stage.WithWindowsAsync(options);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((18, 0L, 1), (stage.Siem.Received, stage.Siem.Duplicates, stage.Siem.CountOf("twice")));
    }

    [Fact]
    public async Task Equal_events_without_ids_are_events_each()
    {
        var options = Replacing(5, number => number < 3 ? """{"what":"same","time":"2026-01-01T00:00:03Z"}""" : null);
        await using var stage = await Stage.WithWindowsAsync(options);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(3, stage.Siem.RawEvents.Count(raw => Encoding.UTF8.GetString(raw).Contains("same", StringComparison.Ordinal)));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));
    }

    [Fact]
    public async Task Page_without_any_readable_time_is_refused_and_nothing_moves()
    {
        await using var stage = await Stage.WithWindowsAsync(Replacing(5, number => $$"""{"id":"n{{number}}","time":"yesterday"}"""));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Contains("check 'time'", checkpoint.Status.LastError, StringComparison.Ordinal);
        Assert.Null(checkpoint.MarkAt);
        Assert.Equal(0, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue));
    }

    [Fact]
    public async Task One_event_without_a_readable_time_is_delivered_with_its_neighbours()
    {
        await using var stage = await Stage.WithWindowsAsync(Replacing(5, number => number == 2 ? """{"id":"odd","time":null}""" : null));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((5, 1), (stage.Siem.Received, stage.Siem.CountOf("odd")));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]   // how Go writes no time
    [InlineData("1601-01-01T00:00:00Z")]   // how Windows does
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task Impossible_time_neither_stops_the_partition_nor_moves_its_mark_beyond_the_clock(string time)
    {
        await using var stage = await Stage.WithWindowsAsync(Replacing(1, number => number > 0 ? null : $$"""{"id":"odd","time":"{{time}}"}"""));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.Vendor.Publish(3, stage.Harness.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((4, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.True((await stage.Harness.CheckpointAsync(Stage.Source)).MarkAt <= stage.Harness.Time.GetUtcNow());
        Assert.Equal(0, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue));
    }

    [Fact]
    public async Task Source_with_two_destinations_reaches_both_in_their_own_formats()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 150 });
        await using var lake = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Stage.Deadline());
        await stage.Harness.AddDestinationAsync("lake", ("type", "http"), ("url", new Uri(lake.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"), ("gzip", "true"));
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("destination", "splunk, lake")));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
        Assert.Equal((150, 0L), (lake.Received, lake.Duplicates));
    }

    [Theory]
    [InlineData("", "its destination 'lake' is not defined")]
    [InlineData("plaintext-password", "its destination 'lake' is wrong")]
    public async Task Missing_or_wrong_destination_blocks_the_source_with_a_reason_and_loses_nothing(string token, string reason)
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 150 });
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("destination", "splunk, lake")));
        if (token.Length > 0)
        {
            await stage.Harness.AddDestinationAsync("lake", ("type", "splunk-hec"), ("url", stage.Siem.BaseUrl.AbsoluteUri), ("token", token));
        }

        Assert.Equal(FetchOutcome.Refused, await stage.Harness.FetchAsync(Stage.Source));
        var status = (await stage.Harness.CheckpointAsync(Stage.Source)).Status;
        Assert.True(status.NeedsAttention);
        Assert.Contains(reason, status.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("plaintext-password", status.LastError, StringComparison.Ordinal);
        Assert.Equal(0, stage.Vendor.Requests);

        await stage.Harness.AddDestinationAsync("lake", ("type", "splunk-hec"), ("url", stage.Siem.BaseUrl.AbsoluteUri), ("token", "secret:siem"));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(2));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((150, 150L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Fact]
    public async Task Edited_row_takes_effect_at_the_next_message_that_is_older_than_the_cache()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 40 });
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("enabled", "false")));
        var polls = stage.Vendor.Requests;
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FetchOutcome.Skipped, await stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal(polls + 1, stage.Vendor.Requests);
    }
}
