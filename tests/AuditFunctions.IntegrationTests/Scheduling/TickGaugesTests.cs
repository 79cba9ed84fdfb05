using System.Diagnostics.Metrics;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Scheduling;

public sealed class TickGaugesTests
{
    private const string State = "auditfunctions.source.state";

    [Fact]
    public async Task Sources_are_recorded_every_quarter_of_an_hour_by_one_instance_and_at_once_when_one_stops_being_well()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z");
        await using var other = harness.Another();
        using var metrics = new RecordedMetrics(harness.Get<IMeterFactory>());
        using var others = new RecordedMetrics(other.Get<IMeterFactory>());
        await harness.AddDestinationAsync("siem", ("type", "http"), ("url", "https://siem.example/in"));
        await harness.AddSourceAsync("acme", ("template", "okta-system-log"), ("domain", "acme.okta.com"), ("token", "secret:vendor"), ("destination", "siem"), ("interval", "1d"));
        await WriteAsync(harness, new PartitionStatus { LastPollAt = harness.Time.GetUtcNow(), LastFetchAt = harness.Time.GetUtcNow() });

        await harness.Schedule.TickAsync(default);
        Assert.Equal(["source=acme,state=Ok: 1"], metrics.Take(State));
        Assert.Equal(["source=acme: 60"], metrics.Take("auditfunctions.source.freshness"));
        harness.Clock.Advance(TimeSpan.FromMinutes(14));
        await other.Schedule.TickAsync(default);
        await harness.Schedule.TickAsync(default);
        Assert.Empty(metrics.Take(State).Concat(others.Take(State)));

        // The next quarter, at whichever instance: once.
        harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await other.Schedule.TickAsync(default);
        await harness.Schedule.TickAsync(default);
        Assert.Equal(["source=acme,state=Ok: 1"], others.Take(State));
        Assert.Empty(metrics.Take(State));

        await WriteAsync(harness, new PartitionStatus { LastPollAt = harness.Time.GetUtcNow(), Failures = 3, LastError = "gone", FailingSinceAt = harness.Time.GetUtcNow() });
        harness.Clock.Advance(TimeSpan.FromSeconds(30));
        await harness.Schedule.TickAsync(default);
        Assert.Equal(["source=acme,state=Ok: 0", "source=acme,state=Failing: 1"], metrics.Take(State));
        harness.Clock.Advance(TimeSpan.FromSeconds(30));
        await harness.Schedule.TickAsync(default);
        Assert.Empty(metrics.Take(State));
    }

    [Fact]
    public async Task Queues_and_backlogs_are_recorded_at_every_tick()
    {
        // Storage stamps messages with the real time.
        await using var harness = await PipelineHarness.CreateAsync(new ManualTime(DateTimeOffset.UtcNow.AddHours(1).ToString("O")));
        using var metrics = new RecordedMetrics(harness.Get<IMeterFactory>());
        await harness.AddDestinationAsync("siem", ("type", "http"), ("url", "https://siem.example/in"));
        await harness.Storage.ShipQueue.SendMessageAsync("one");
        await harness.Storage.ShipQueue.SendMessageAsync("two");

        await harness.Schedule.TickAsync(default);

        Assert.Equal(["queue=fetch: 0", "queue=ship: 2"], metrics.Take("auditfunctions.queue.messages"));
        Assert.Equal(["destination=siem: 2"], metrics.Take("auditfunctions.destination.backlog"));
        var ages = metrics.All.Where(point => point.Instrument == "auditfunctions.queue.age").ToDictionary(point => point.Tags[0].Value!, point => point.Value);
        Assert.Equal(0, ages["fetch"]);
        Assert.InRange(ages["ship"], 3_500, 3_700);
    }

    private static async Task WriteAsync(PipelineHarness harness, PartitionStatus status)
    {
        var partition = new PartitionId("acme", PartitionId.Single);
        var checkpoint = await harness.Checkpoints.ReadAsync(partition, default);
        Assert.NotNull(await harness.Checkpoints.TryWriteAsync(partition, checkpoint with { MarkAt = harness.Time.GetUtcNow().AddMinutes(-1), Status = status }, null, default));
    }
}
