using AuditFunctions.Chaos.Storage;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Shipping;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.State;

/// <summary>Storage that throttles, is slow, or is away for longer than its clients try: work ends, and goes on when it is back. Nothing is lost, nothing comes twice.</summary>
public sealed class StorageTroubleTests
{
    [Theory]
    [InlineData("Checkpoints", false)]
    [InlineData("-ship/messages", false)]
    [InlineData("-ship/messages", true)]
    [InlineData("-batches/", false)]
    public async Task Fetch_ends_when_a_service_is_away_and_a_later_one_completes(string part, bool resets)
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 2_500 }, "asc", storage.Setting);
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("pageSize", "1000")));
        var back = storage.All(resets ? StorageFault.Reset : StorageFault.Busy, call => Calls.IsWrite(call) && Calls.To(part)(call));

        await Assert.ThrowsAnyAsync<Exception>(() => stage.Harness.FetchAsync(Stage.Source));
        Assert.True(storage.Met >= 4, $"only {storage.Met} calls met the fault: the client did not try again");
        back();

        // The lease that the run could not give back ends by itself.
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Delivery_without_a_ledger_is_not_tried_and_the_same_message_delivers_later()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await ShipStage.StartAsync(null, storage.Setting);
        var batch = ShipStage.Batch("a");
        var back = storage.All(StorageFault.Busy, Calls.To("Ledger"));

        await Assert.ThrowsAnyAsync<Exception>(() => stage.HandleAsync(batch));
        Assert.Equal(0, stage.Siem.Requests);
        back();
        await stage.HandleAsync(batch);
        Assert.Equal((1, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Fact]
    public async Task Batch_that_arrived_while_the_ledger_is_away_is_marked_when_it_is_back_and_not_delivered_again()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await ShipStage.StartAsync(null, storage.Setting);
        var batch = ShipStage.Batch("a");
        var back = storage.All(StorageFault.Reset, Calls.Of("PATCH", "Ledger"));
        var handling = stage.HandleAsync(batch);
        await Stage.UntilAsync(() => storage.Met == 4);
        await stage.Harness.Clock.WhenDueWithinAsync(TimeSpan.FromSeconds(1), Stage.Deadline());

        back();
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(1));
        await handling;
        await stage.HandleAsync(batch);
        Assert.Equal((1, 0L, 1), (stage.Siem.Received, stage.Siem.Duplicates, stage.Siem.Requests));
    }

    [Fact]
    public async Task Claim_that_a_slow_ledger_has_used_up_is_renewed_before_the_delivery()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await ShipStage.StartAsync(null, storage.Setting, ("Shipping:SendTimeout", "00:01:00"), ("Shipping:ClaimDuration", "00:03:00"));
        await using var other = stage.Harness.Another();
        var batch = ShipStage.Batch("a");
        stage.Siem.Faults.Next(1, new Fault.Hang());
        storage.Before(Calls.Of("POST", "Ledger"), () =>
        {
            stage.Harness.Clock.Advance(TimeSpan.FromSeconds(170));
            return Task.CompletedTask;
        });

        // While the first delivery waits for an answer its first claim would have ended: a rival must not deliver beside it.
        var handling = stage.HandleAsync(batch);
        await Stage.UntilAsync(() => stage.Siem.Requests == 1);
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(30));
        await other.Ship.HandleAsync(ShipStage.Text(batch), Stage.Deadline());
        Assert.Equal(1, stage.Siem.Requests);

        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(30));
        await handling;
    }

    [Fact]
    public async Task Claim_that_ended_before_the_delivery_began_is_left_to_whoever_took_it_over()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await ShipStage.StartAsync(null, storage.Setting);
        await using var other = stage.Harness.Another();
        var batch = ShipStage.Batch("a") with { Body = null };
        batch = batch with { Blob = BodyStore.NameOf(batch.Day, batch.Destination, batch.BatchId) };
        await stage.Harness.Get<BodyStore>().WriteAsync(batch.Blob!, ShipStage.Batch("a").Body!, default);
        storage.Before(Calls.Of("GET", "-batches/"), async () =>
        {
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(4));
            await other.Ship.HandleAsync(ShipStage.Text(batch), Stage.Deadline());
        });

        await stage.HandleAsync(batch);
        Assert.Equal((1, 0L, 1), (stage.Siem.Received, stage.Siem.Duplicates, stage.Siem.Requests));

        // Its blob is gone because it was delivered: that is no loss.
        Assert.Equal(0, await stage.DeadLettersAsync());
    }

    [Fact]
    public async Task Claim_on_a_split_batch_that_ended_before_it_went_on_is_left_to_whoever_took_it_over()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await ShipStage.StartAsync(new FaultPlan().At(2, HecFault.Busy), storage.Setting);
        await using var other = stage.Harness.Another();
        stage.Siem.Refuse("b", EventRefusal.InvalidDataFormat);
        var batch = await BlobOfAsync(stage, "a", "b", "c");
        await stage.HandleAsync(batch);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        storage.After(Calls.Of("GET", "-batches/"), () =>
        {
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(4));
            other.Ship.HandleAsync(ShipStage.Text(batch), Stage.Deadline()).GetAwaiter().GetResult();
        });

        await stage.HandleAsync(batch);
        Assert.Equal((2, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Fact]
    public async Task Claim_by_a_clock_that_ran_ahead_does_not_hold_a_batch_for_ever()
    {
        await using var stage = await ShipStage.StartAsync();
        var batch = ShipStage.Batch("a");
        var ahead = new Ledger(stage.Harness.Storage, new ManualTime(stage.Harness.Time.GetUtcNow().AddDays(10)));
        Assert.IsType<LedgerClaim.Granted>(await ahead.ClaimAsync(batch, "gone", TimeSpan.FromMinutes(3), default));
        await stage.HandleAsync(batch);
        Assert.Equal((1, 0), (stage.Siem.Received, await stage.WaitingAsync()));
    }

    [Fact]
    public async Task Stop_in_the_middle_of_a_page_waits_for_its_commit_so_that_later_events_cannot_cut_it_anew()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 150 }, "asc", storage.Setting);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stage.Deadline());
        storage.After(Calls.Of("POST", "-ship/messages"), stop.Cancel);

        await Record.ExceptionAsync(() => stage.Harness.FetchAsync(Stage.Source, stop.Token));
        Assert.True(stop.IsCancellationRequested, "the stop never came");
        stage.Vendor.Publish(3, new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Fetch_message_whose_visibility_ran_out_is_handled_by_two_at_once_and_by_a_third_later_without_effect()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 700, TieLength = 50 });
        await using var other = stage.Harness.Another();
        var text = new FetchMessage(Stage.Source, ["default"], stage.Harness.Time.GetUtcNow(), Force: true).ToWire().ToString();

        await Task.WhenAll(stage.Harness.Fetch.HandleAsync(text, Stage.Deadline()), other.Fetch.HandleAsync(text, Stage.Deadline()));
        await other.Fetch.HandleAsync(text, Stage.Deadline());
        await stage.Harness.ShipAllAsync();
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Ship_messages_in_reverse_order_and_each_handled_twice_at_once_deliver_once()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 650 }, "asc", ("Shipping:SendTimeout", "00:00:02"), ("Shipping:ClaimDuration", "00:00:05"));
        await using var other = stage.Harness.Another();
        await stage.Harness.FetchAsync(Stage.Source);
        var texts = await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue);
        Assert.Equal(7, texts.Count);

        foreach (var text in texts.Reverse())
        {
            await Task.WhenAll(stage.Harness.Ship.HandleAsync(text, Stage.Deadline()), other.Ship.HandleAsync(text, Stage.Deadline()));
        }

        await LostAnswerTests.ShipUntilEmptyAsync(stage.Harness);
        stage.AssertAllOnce();
    }

    private static async Task<ShipMessage> BlobOfAsync(ShipStage stage, params string[] ids)
    {
        var rows = await stage.Harness.Get<DefinitionCache>().DestinationsAsync(TimeSpan.FromDays(1), default);
        using var packer = new BodyPacker(rows["splunk"].Definition!.Format, new BodyContext("acme", "default"), "splunk");
        foreach (var id in ids)
        {
            packer.Add(new EventView { Bytes = System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}"}"""), Id = System.Text.Encoding.UTF8.GetBytes(id), Time = null }, out _);
        }

        using var body = packer.Finish()!;
        var batch = MessageTests.Message with { BatchId = body.BatchId, Events = body.Events, RawBytes = body.RawBytes, Check = BodyCheck.Of(body.BatchId, body.Gzip.Span) };
        batch = batch with { Blob = BodyStore.NameOf(batch.Day, batch.Destination, batch.BatchId) };
        await stage.Harness.Get<BodyStore>().WriteAsync(batch.Blob, body.Gzip, default);
        return batch;
    }
}
