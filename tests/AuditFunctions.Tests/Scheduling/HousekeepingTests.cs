using AuditFunctions.Chaos.Storage;
using AuditFunctions.Pipeline.State;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Scheduling;

/// <summary>The daily sweep removes what nobody needs, and a fault in it stops no tick.</summary>
public sealed class HousekeepingTests
{
    [Fact]
    public async Task Record_of_a_destination_that_is_gone_goes_when_nothing_waits_for_it()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z");
        await harness.AddDestinationAsync("here", ("type", "http"), ("url", "https://siem.example/in"));
        await harness.AddDestinationAsync("wrong", ("type", "no such type"));
        await harness.Storage.ShipQueue.SendMessageAsync("something waits for somebody");
        var records = harness.Get<DestinationRecords>();
        foreach (var name in new[] { "here", "wrong", "idle", "waiting", "lately" })
        {
            await records.ChangeAsync(
                name, null, record => record with { Backlog = name == "waiting" ? 1 : 0, Failures = 3, LastDeliveryAt = harness.Time.GetUtcNow().AddHours(name == "lately" ? 12 : -1) }, default);
        }

        await harness.Schedule.TickAsync(default);
        Assert.Equal(5, (await records.ListAsync(default)).Count);
        harness.Clock.Advance(TimeSpan.FromDays(1));
        await harness.Schedule.TickAsync(default);
        Assert.Equal(["here", "lately", "waiting", "wrong"], (await records.ListAsync(default)).Keys.Order(StringComparer.Ordinal));

        // A count that a process still had makes a record again, and what waited and is done lets the other go.
        await harness.Get<DestinationBacklog>().SentAsync("idle", 64, default);
        await harness.Get<DestinationBacklog>().DoneAsync("waiting", default);
        await harness.Get<DestinationBacklog>().FlushAsync(default);
        Assert.Equal(64, (await records.ReadAsync("idle", default)).Backlog);
        harness.Clock.Advance(TimeSpan.FromDays(2));
        await harness.Schedule.TickAsync(default);
        Assert.Equal(["here", "idle", "wrong"], (await records.ListAsync(default)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Sweep_that_meets_storage_that_is_away_does_not_keep_the_tick_from_being_noted()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", storage.Setting);
        await harness.Schedule.TickAsync(default);
        harness.Clock.Advance(TimeSpan.FromDays(1));
        storage.All(StorageFault.Reset, Calls.To("-batches"));
        await harness.Schedule.TickAsync(default);
        Assert.Single(harness.Log.Of(1006));
        Assert.Equal(harness.Time.GetUtcNow(), (await harness.Get<Pipeline.Scheduling.TickRow>().ReadAsync(default)).At);
    }
}
