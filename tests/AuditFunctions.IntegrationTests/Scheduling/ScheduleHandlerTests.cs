using System.Text.Json;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Scheduling;

public sealed class ScheduleHandlerTests
{
    private const string Start = "2026-01-01T00:00:00Z";

    [Fact]
    public async Task First_tick_polls_new_sources_but_not_those_that_are_paused_or_wrong()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await harness.AddSourceAsync("good", Columns());
        await harness.AddSourceAsync("paused", Columns(("enabled", "false")));
        await harness.AddSourceAsync("wrong", Columns(("token", "plaintext-password"), ("colour", "blue")));
        await harness.AddDestinationAsync("odd", ("type", "carrier-pigeon"));

        Assert.Equal(1, await harness.Schedule.TickAsync(default));
        Assert.Equal(["good"], await SourcesAsync(harness));
        Assert.Contains(harness.Log.Of(1002), line => line.Contains("wrong: token: is a secret", StringComparison.Ordinal));
        Assert.Contains(harness.Log.Of(1002), line => line.Contains("wrong: colour: is no parameter", StringComparison.Ordinal));
        Assert.All(harness.Log.Of(1002), line => Assert.Contains("Source wrong", line, StringComparison.Ordinal));
        Assert.Contains("carrier-pigeon", Assert.Single(harness.Log.Of(1003)), StringComparison.Ordinal);
        Assert.DoesNotContain(harness.Log.Lines, line => line.Contains("plaintext-password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Corrected_row_is_polled_at_the_next_tick()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await harness.AddSourceAsync("acme", Columns(("colour", "blue")));
        Assert.Equal(0, await harness.Schedule.TickAsync(default));
        await harness.AddSourceAsync("acme", Columns());
        Assert.Equal(1, await harness.Schedule.TickAsync(default));
    }

    [Fact]
    public async Task Each_interval_has_one_poll_however_often_ticks_come_and_however_many_at_once()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await using var other = harness.Another();
        await harness.AddSourceAsync("acme", Columns(("interval", "5m")));
        await PolledAsync(harness, "acme");
        await harness.Schedule.TickAsync(default);
        await SourcesAsync(harness);
        var polls = 0;
        for (var tick = 0; tick < 60; tick++)
        {
            harness.Clock.Advance(TimeSpan.FromSeconds(20));
            await harness.Schedule.TickAsync(default);
            polls += (await SourcesAsync(harness)).Count;
        }

        Assert.Equal(4, polls);
        for (var tick = 0; tick < 10; tick++)
        {
            harness.Clock.Advance(TimeSpan.FromMinutes(5));
            await Task.WhenAll(harness.Schedule.TickAsync(default), other.Schedule.TickAsync(default));
            Assert.InRange((await SourcesAsync(harness)).Count, 1, 2);
        }
    }

    [Theory]
    [InlineData("10m", 3)]      // a stop that is shorter than the look back
    [InlineData("1h", 61)]      // one that is longer than the look back, with a turn in it
    [InlineData("1d", 1_441)]   // a source that would wait another day
    public async Task Turn_that_was_missed_while_nothing_ran_is_made_up_for_once(string interval, int minutes)
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await harness.AddSourceAsync("acme", Columns(("interval", interval)));
        await PolledAsync(harness, "acme");
        var length = TimeSpan.FromMinutes(interval == "10m" ? 10 : interval == "1h" ? 60 : 1_440);
        var turn = PollTimes.NextAfter("acme", length, harness.Time.GetUtcNow());
        harness.Clock.Advance(turn - TimeSpan.FromSeconds(1) - harness.Time.GetUtcNow());
        await harness.Schedule.TickAsync(default);
        await SourcesAsync(harness);

        harness.Clock.Advance(TimeSpan.FromMinutes(minutes < 60 ? minutes : minutes - 31));
        Assert.Equal(1, await harness.Schedule.TickAsync(default));
        Assert.Equal(["acme"], await SourcesAsync(harness));
        harness.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await harness.Schedule.TickAsync(default));
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("ship")]
    public async Task Backlog_stops_the_polls_and_afterwards_none_is_missed(string queue)
    {
        await using var harness = await PipelineHarness.CreateAsync(Start, ("Scheduling:MaxWaiting", "10"), ("Scheduling:MaxBacklog", "10"));
        await harness.AddDestinationAsync("splunk", ("type", "http"), ("url", "https://siem.example/in"));
        await harness.AddSourceAsync("acme", Columns());
        var full = queue == "fetch" ? harness.Storage.FetchQueue : harness.Storage.ShipQueue;
        for (var at = 0; at < 11; at++)
        {
            await full.SendMessageAsync("waiting");
        }

        Assert.Equal(0, await harness.Schedule.TickAsync(default));
        Assert.Contains(queue == "fetch" ? "'fetch'" : "11 batches wait for destination 'splunk'", Assert.Single(harness.Log.Of(queue == "fetch" ? 1004 : 1014)), StringComparison.Ordinal);
        await full.ClearMessagesAsync();
        Assert.Equal(1, await harness.Schedule.TickAsync(default));
    }

    [Fact]
    public async Task Back_off_and_leases_are_respected_and_a_retry_comes_as_soon_as_they_end()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await harness.AddSourceAsync("failing", Columns(("interval", "1d")));
        await harness.AddSourceAsync("leased", Columns(("interval", "1d")));
        var now = harness.Time.GetUtcNow();
        var rows = await harness.Get<DefinitionCache>().SourcesAsync(TimeSpan.Zero, default);
        var status = new PartitionStatus { Failures = 3, NextPollAt = now.AddMinutes(2), FailedDefinition = rows["failing"].Definition!.Fingerprint };
        await WriteAsync(harness, "failing", new Checkpoint { Status = status });
        await WriteAsync(harness, "leased", new Checkpoint { LeaseOwner = "x", LeaseUntil = now.AddMinutes(4), Window = new WindowInProgress(now, now, now, null) });
        var polled = new List<string>();
        for (var minute = 0; minute < 5; minute++)
        {
            await harness.Schedule.TickAsync(default);
            polled.Add(string.Join(',', await SourcesAsync(harness)));
            harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["", "", "failing", "", "leased"], polled);
    }

    [Fact]
    public async Task Polling_all_asks_for_every_source_that_is_enabled_due_or_not()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await harness.AddSourceAsync("a", Columns());
        await harness.AddSourceAsync("b", Columns());
        await harness.AddSourceAsync("c", Columns(("enabled", "false")));
        await PolledAsync(harness, "a");
        Assert.Equal(["a", "b"], await harness.Schedule.PollAllAsync(default));
        Assert.Equal(["a", "b"], await SourcesAsync(harness));
    }

    private static (string Column, string Value)[] Columns(params (string Column, string Value)[] more)
    {
        (string Column, string Value)[] all = [("template", "okta-system-log"), ("domain", "acme.okta.com"), ("token", "secret:vendor"), ("destination", "splunk"), .. more];
        return [.. all.GroupBy(column => column.Column).Select(group => group.Last())];
    }

    private static Task PolledAsync(PipelineHarness harness, string source) => WriteAsync(harness, source, new Checkpoint());

    private static async Task WriteAsync(PipelineHarness harness, string source, Checkpoint checkpoint) =>
        Assert.NotNull(await harness.Checkpoints.TryWriteAsync(new PartitionId(source, PartitionId.Single), checkpoint, null, default));

    private static async Task<IReadOnlyList<string>> SourcesAsync(PipelineHarness harness) =>
        [.. (await PipelineHarness.TakeAsync(harness.Storage.FetchQueue)).Select(text => JsonSerializer.Deserialize(text, MessageJson.Default.FetchMessage)!.Source).Order()];
}
