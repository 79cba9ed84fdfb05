using System.Text.Json;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Scheduling;

/// <summary>What ticks tell: each change once, whichever instance ticks.</summary>
public sealed class StateWatchTests
{
    private const string Start = "2026-01-01T00:00:00Z";

    [Fact]
    public async Task Full_destination_stops_only_the_sources_that_feed_it_and_lets_them_go_on_at_once_when_it_has_drained()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start, ("Scheduling:MaxBacklog", "10"));
        await harness.AddDestinationAsync("full", ("type", "http"), ("url", "https://full.example/in"));
        await harness.AddDestinationAsync("free", ("type", "http"), ("url", "https://free.example/in"));
        await harness.AddSourceAsync("feeds-full", Columns(("destination", "free, full"), ("interval", "1d")));
        await harness.AddSourceAsync("feeds-free", Columns(("destination", "free"), ("interval", "30s")));
        foreach (var source in new[] { "feeds-full", "feeds-free" })
        {
            await WriteAsync(harness, source, new PartitionStatus { LastPollAt = harness.Time.GetUtcNow() });
        }

        await harness.Schedule.TickAsync(default);
        await SourcesAsync(harness);
        for (var at = 0; at < 11; at++)
        {
            await harness.Storage.ShipQueue.SendMessageAsync("waiting");
        }

        await harness.Get<DestinationBacklog>().SentAsync("full", 11, default);
        await harness.Get<DestinationBacklog>().FlushAsync(default);
        await using var other = harness.Another();
        for (var minute = 0; minute < 1_500; minute += 100)
        {
            harness.Clock.Advance(TimeSpan.FromMinutes(100));
            await WriteAsync(harness, "feeds-free", new PartitionStatus { LastPollAt = harness.Time.GetUtcNow() });
            await Task.WhenAll(harness.Schedule.TickAsync(default), other.Schedule.TickAsync(default));
            Assert.Equal(["feeds-free"], (await SourcesAsync(harness)).Distinct());
        }

        Assert.Contains("feeds-full", Assert.Single(harness.Log.Of(1014)), StringComparison.Ordinal);
        Assert.Contains("11 batches wait for destination 'full', more than 10", harness.Log.Of(1014)[0], StringComparison.Ordinal);

        // The turn of the day has passed meanwhile.
        await harness.Storage.ShipQueue.ClearMessagesAsync();
        await WriteAsync(harness, "feeds-free", new PartitionStatus { LastPollAt = harness.Time.GetUtcNow() });
        await harness.Schedule.TickAsync(default);
        Assert.Equal(["feeds-full"], await SourcesAsync(harness));
        Assert.Contains("feeds-full", Assert.Single(harness.Log.Of(1015)), StringComparison.Ordinal);
        Assert.Equal(0, (await harness.Get<DestinationRecords>().ReadAsync("full", default)).Backlog);
        await harness.Schedule.TickAsync(default);
        Assert.Empty(await SourcesAsync(harness));
        Assert.Single(harness.Log.Of(1015));
    }

    [Fact]
    public async Task Long_read_stops_when_its_destination_is_full_and_goes_on_from_there_when_it_has_drained()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 1_000 }, "asc", ("Scheduling:MaxBacklog", "10"), ("Fetching:MaxPages", "1"));
        for (var at = 0; at < 11; at++)
        {
            await stage.Harness.Storage.ShipQueue.SendMessageAsync("waiting");
        }

        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Empty(await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue));
        Assert.NotNull((await stage.Harness.CheckpointAsync(Stage.Source)).Window);
        Assert.Equal(0, await stage.Harness.Schedule.TickAsync(default));
        await stage.Harness.Storage.ShipQueue.ClearMessagesAsync();
        Assert.Equal(1, await stage.Harness.Schedule.TickAsync(default));
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Equal(2, (await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue)).Count);
    }

    [Fact]
    public async Task Source_that_brings_nothing_for_longer_than_expected_is_told_once_and_so_is_its_return()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await using var other = harness.Another();
        await harness.AddDestinationAsync("splunk", ("type", "http"), ("url", "https://siem.example/in"));
        await harness.AddSourceAsync("acme", Columns(("expectEvery", "24h"), ("interval", "1h")));
        var eventAt = harness.Time.GetUtcNow();
        await TickWithAsync(eventAt);
        harness.Clock.Advance(TimeSpan.FromHours(24));
        await TickWithAsync(eventAt);
        Assert.Empty(harness.Log.Of(1013));
        harness.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var tick = 0; tick < 5; tick++)
        {
            await TickWithAsync(eventAt);
        }

        Assert.Contains("silent since 2026-01-01 00:00:00Z: an event is expected every 1d", Assert.Single(harness.Log.Of(1013)), StringComparison.Ordinal);
        Assert.Equal("silent", (string)(await harness.Storage.Checkpoints.GetEntityAsync<global::Azure.Data.Tables.TableEntity>("_states", "acme|default")).Value["State"]);
        await TickWithAsync(harness.Time.GetUtcNow());
        await TickWithAsync(harness.Time.GetUtcNow());
        Assert.Contains("it was silent since", Assert.Single(harness.Log.Of(1012)), StringComparison.Ordinal);
        Assert.Single(harness.Log.Of(1013));
        Assert.False((await harness.Storage.Checkpoints.GetEntityIfExistsAsync<global::Azure.Data.Tables.TableEntity>("_states", "acme|default")).HasValue);

        async Task TickWithAsync(DateTimeOffset lastEventAt)
        {
            await WriteAsync(harness, "acme", new PartitionStatus { LastPollAt = harness.Time.GetUtcNow(), LastFetchAt = lastEventAt });
            await Task.WhenAll(harness.Schedule.TickAsync(default), other.Schedule.TickAsync(default));
        }
    }

    [Fact]
    public async Task Failing_overdue_and_renamed_sources_are_told_once_each()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await harness.AddDestinationAsync("splunk", ("type", "http"), ("url", "https://siem.example/in"));
        foreach (var name in new[] { "failing", "overdue", "well" })
        {
            await harness.AddSourceAsync(name, Columns());
        }

        var now = harness.Time.GetUtcNow();
        await WriteAsync(harness, "failing", new PartitionStatus { LastPollAt = now, Failures = 1, NeedsAttention = true, FailingSinceAt = now, LastError = "HTTP 401", NextPollAt = now.AddMinutes(1) });
        await WriteAsync(harness, "overdue", new PartitionStatus { LastPollAt = now.AddDays(-1) });
        await WriteAsync(harness, "well", new PartitionStatus { LastPollAt = now });
        await WriteAsync(harness, "renamed", new PartitionStatus { LastPollAt = now });
        for (var tick = 0; tick < 3; tick++)
        {
            await harness.Schedule.TickAsync(default);
        }

        Assert.Contains("Source failing, partition default: failing since 2026-01-01 00:00:00Z: HTTP 401", Assert.Single(harness.Log.Of(1011)), StringComparison.Ordinal);
        Assert.Contains("Source overdue", Assert.Single(harness.Log.Of(1016)), StringComparison.Ordinal);
        Assert.Contains("Source renamed", Assert.Single(harness.Log.Of(1017)), StringComparison.Ordinal);
        Assert.Empty(harness.Log.Of(1012));

        await WriteAsync(harness, "failing", new PartitionStatus { LastPollAt = now });
        await harness.Checkpoints.RemoveAsync("renamed", default);
        await harness.Schedule.TickAsync(default);
        Assert.Contains("Source failing", Assert.Single(harness.Log.Of(1012)), StringComparison.Ordinal);
    }

    private static (string Column, string Value)[] Columns(params (string Column, string Value)[] more)
    {
        (string Column, string Value)[] all = [("template", "okta-system-log"), ("domain", "acme.okta.com"), ("token", "secret:vendor"), ("destination", "splunk"), .. more];
        return [.. all.GroupBy(column => column.Column).Select(group => group.Last())];
    }

    private static async Task WriteAsync(PipelineHarness harness, string source, PartitionStatus status)
    {
        var read = await harness.CheckpointAsync(source);
        Assert.NotNull(await harness.Checkpoints.TryWriteAsync(new PartitionId(source, PartitionId.Single), read with { Status = status, WriteId = Guid.NewGuid().ToString() }, null, default));
    }

    private static async Task<IReadOnlyList<string>> SourcesAsync(PipelineHarness harness) =>
        [.. (await PipelineHarness.TakeAsync(harness.Storage.FetchQueue)).Select(text => JsonSerializer.Deserialize(text, MessageJson.Default.FetchMessage)!.Source).Order()];
}
