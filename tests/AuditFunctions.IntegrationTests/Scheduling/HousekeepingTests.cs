using AuditFunctions.Chaos.Storage;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Destinations;
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

    /// <summary>A batch belongs to the day when its window was opened. A window that a pause left open for months is gone on with, and its batches of today are not old.</summary>
    [Fact]
    public async Task Bodies_and_ledger_rows_go_when_they_are_old_and_not_when_only_their_day_is()
    {
        await using var harness = await PipelineHarness.CreateAsync(new ManualTime(TimeProvider.System.GetUtcNow()));
        await harness.Schedule.TickAsync(default);
        var ledger = harness.Get<Ledger>();
        var day = harness.Time.GetUtcNow().AddDays(-100).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);
        var message = Tests.State.MessageTests.Message with { Day = day };
        var blob = BodyStore.NameOf(day, message.Destination, message.BatchId);
        await harness.Get<BodyStore>().WriteAsync(blob, new byte[1], default);
        await ledger.MarkDeliveredAsync(message, (LedgerClaim.Granted)await ledger.ClaimAsync(message, "one", TimeSpan.FromMinutes(3), default), default);

        harness.Clock.Advance(TimeSpan.FromDays(1));
        await harness.Schedule.TickAsync(default);
        Assert.True(await harness.Storage.Batches.GetBlobClient(blob).ExistsAsync(), "the body of a batch that waits was removed");
        Assert.IsType<LedgerClaim.AlreadyDelivered>(await ledger.ClaimAsync(message, "two", TimeSpan.FromMinutes(3), default));

        harness.Clock.Advance(TimeSpan.FromDays(31));
        await harness.Schedule.TickAsync(default);
        Assert.True(await harness.Storage.Batches.GetBlobClient(blob).ExistsAsync(), "bodies are kept for longer");
        Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(message, "three", TimeSpan.FromMinutes(3), default));

        harness.Clock.Advance(TimeSpan.FromDays(60));
        await harness.Schedule.TickAsync(default);
        Assert.False(await harness.Storage.Batches.GetBlobClient(blob).ExistsAsync());
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
        Assert.Equal(harness.Time.GetUtcNow(), (await harness.Get<TickRow>().ReadAsync(default)).At);
    }
}
