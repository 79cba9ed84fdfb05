using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>What becomes of a message of queue <c>ship</c>, whatever the SIEM and rivals do.</summary>
public sealed class ShipHandlerTests
{
    [Fact]
    public async Task Message_that_comes_twice_in_a_row_or_at_once_is_delivered_once()
    {
        await using var stage = await ShipStage.StartAsync();
        await using var other = stage.Harness.Another();
        var text = ShipStage.Text(ShipStage.Batch("a"));
        await Task.WhenAll(stage.Harness.Ship.HandleAsync(text, default), other.Ship.HandleAsync(text, default));
        await stage.Harness.Ship.HandleAsync(text, default);
        await other.Ship.HandleAsync(text, default);
        Assert.Equal((1, 0L, 1), (stage.Siem.Received, stage.Siem.Duplicates, stage.Siem.Requests));
        Assert.NotEmpty(stage.Harness.Log.Of(3002));
    }

    [Fact]
    public async Task Batch_of_another_that_is_alive_is_deferred_and_taken_over_when_its_claim_has_ended()
    {
        await using var stage = await ShipStage.StartAsync();
        var batch = ShipStage.Batch("a");
        var ledger = stage.Harness.Get<Ledger>();
        Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(batch, "other", TimeSpan.FromSeconds(2), default));
        await stage.HandleAsync(batch);
        Assert.Equal(0, stage.Siem.Requests);
        Assert.Equal(0, (await stage.DeferredAsync()).Attempt);
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(2));
        await stage.HandleAsync(batch);
        Assert.Equal(1, stage.Siem.Received);
        Assert.IsType<LedgerClaim.AlreadyDelivered>(await ledger.ClaimAsync(batch, "other", TimeSpan.FromMinutes(1), default));
    }

    [Fact]
    public async Task Batch_that_was_delivered_counts_as_such_although_others_took_it_over_and_gave_it_back()
    {
        await using var stage = await ShipStage.StartAsync();
        var batch = ShipStage.Batch("a");
        var ledger = stage.Harness.Get<Ledger>();
        var slow = Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(batch, "slow", TimeSpan.FromSeconds(5), default));
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(5));
        var fast = Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(batch, "fast", TimeSpan.FromSeconds(5), default));
        await ledger.ReleaseAsync(batch, slow, default);
        Assert.IsType<LedgerClaim.Taken>(await ledger.ClaimAsync(batch, "third", TimeSpan.FromSeconds(5), default));
        await ledger.ReleaseAsync(batch, fast, default);
        await ledger.MarkDeliveredAsync(batch, slow, default);
        Assert.IsType<LedgerClaim.AlreadyDelivered>(await ledger.ClaimAsync(batch, "third", TimeSpan.FromSeconds(5), default));
        Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(batch with { Destination = "other" }, "third", TimeSpan.FromSeconds(5), default));

        // It is found as what was delivered of its source, too.
        await ledger.ForgetAsync(DateOnly.ParseExact(batch.Day, "yyyyMMdd"), batch.Destination, batch.Source, default);
        Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(batch, "third", TimeSpan.FromSeconds(5), default));
    }

    public static TheoryData<string, Fault> Passing => new()
    {
        { "busy", HecFault.Busy },
        { "shutting down", HecFault.ShuttingDown },
        { "queue full", HecFault.QueueAtCapacity },
        { "internal error", HecFault.InternalError },
        { "502 without a body", new Fault.Status(502) },
        { "reset", new Fault.Reset() },
    };

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Failure_that_passes_defers_the_batch_which_arrives_later_exactly_once(string name, Fault fault)
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Next(1, fault));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.True(stage.Siem.Received == 0 && stage.Siem.Faults.Taken == 1, name);
        var deferred = await stage.DeferredAsync();
        Assert.Equal(1, deferred.Attempt);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.HandleAsync(deferred);
        Assert.Equal((1, 0L, 0), (stage.Siem.Received, stage.Siem.Duplicates, await stage.WaitingAsync()));
    }

    [Fact]
    public async Task Siem_that_never_answers_is_given_up_after_the_time_out()
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Next(1, new Fault.Hang()), ("Shipping:SendTimeout", "00:00:20"));
        var handling = stage.HandleAsync(ShipStage.Batch("a"));
        await Stage.UntilAsync(() => stage.Siem.Faults.Taken == 1);

        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(20));
        await handling;
        Assert.Contains("no answer within 20 s", Assert.Single(stage.Harness.Log.Of(3003)), StringComparison.Ordinal);
        Assert.Equal(1, await stage.WaitingAsync());
    }

    [Fact]
    public async Task Retry_after_holds_back_every_batch_for_that_destination()
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Next(1, new Fault.Status(503, RetryAfter: "600")));
        await stage.HandleAsync(ShipStage.Batch("a"));
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(599));
        await stage.HandleAsync(ShipStage.Batch("b"));
        Assert.Equal(1, stage.Siem.Requests);
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(1));
        await stage.HandleAsync(ShipStage.Batch("b"));
        Assert.Equal(1, stage.Siem.Received);
    }

    [Fact]
    public async Task Answer_that_got_lost_duplicates_that_batch_and_no_other()
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().At(2, new Fault.AnswerLost()));
        await stage.HandleAsync(ShipStage.Batch("a"));
        await stage.HandleAsync(ShipStage.Batch("b"));
        var deferred = await stage.DeferredAsync();
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.HandleAsync(deferred);
        await stage.HandleAsync(ShipStage.Batch("c"));
        Assert.Equal((1, 2, 1), (stage.Siem.CountOf("a"), stage.Siem.CountOf("b"), stage.Siem.CountOf("c")));
    }

    [Fact]
    public async Task Refused_token_keeps_the_message_and_a_rotated_secret_is_picked_up()
    {
        await using var stage = await ShipStage.StartAsync();
        stage.Siem.AcceptOnly("rotated");
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.Equal((1, 0), (await stage.WaitingAsync(), await stage.DeadLettersAsync()));
        Assert.Contains("code 4", Assert.Single(stage.Harness.Log.Of(3004)), StringComparison.Ordinal);

        stage.Harness.Configuration["AUDIT_SECRET_SIEM"] = "rotated";
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.Equal(1, stage.Siem.Received);
    }

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("caf\u00e9")]
    public async Task Secret_that_no_header_can_hold_keeps_the_message_and_is_not_repeated(string secret)
    {
        await using var stage = await ShipStage.StartAsync(null, ("AUDIT_SECRET_SIEM", secret));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.Equal(1, await stage.WaitingAsync());
        Assert.DoesNotContain(stage.Harness.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_of_html_with_status_200_is_no_delivery()
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Next(1, new Fault.HtmlPage()));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.Equal((1, 0), (await stage.WaitingAsync(), stage.Siem.Received));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.Equal(1, stage.Siem.Received);
    }
}
