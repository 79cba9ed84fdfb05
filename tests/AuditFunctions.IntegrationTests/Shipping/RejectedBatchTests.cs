using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>One bad event costs nothing but itself, whatever the destination says of it and whenever we stop.</summary>
public sealed class RejectedBatchTests
{
    public static TheoryData<string, int[], int> Guilty => new()
    {
        { "hec", [500], 2 },
        { "web", [500], 22 },
        { "hec", [17, 993], 8 },
        { "web", [17, 993], 40 },
        { "hec", [0], 9 },
        { "web", [999], 22 },
    };

    [Theory]
    [MemberData(nameof(Guilty))]
    public async Task Guilty_events_go_to_the_dead_letters_alone_and_the_others_are_delivered(string destination, int[] guilty, int mostRequests)
    {
        await using var stage = await SplitStage.StartAsync();
        var ids = SplitStage.Ids(1_000);
        stage.Refuse(guilty.Select(at => ids[at]));
        await stage.SendAsync(destination, ids);
        await stage.ShipAsync();
        await stage.AssertSettledAsync(ids, [.. guilty.Select(at => ids[at])]);
        Assert.InRange(stage.Siem.Requests, 2, mostRequests);

        var letter = (await stage.LettersAsync())[0];
        Assert.EndsWith($"-{guilty[0]:00000}", letter.Name, StringComparison.Ordinal);
        Assert.StartsWith($"20260101/acme/{destination}/", letter.Name, StringComparison.Ordinal);
        var note = letter.Note;
        Assert.Equal(("acme", "default", destination, 1, 400, 0), (note.Source, note.Partition, note.Destination, note.Events, note.StatusCode, note.Retries));
        Assert.Equal(destination == "hec" ? ids[guilty[0]] : null, note.EventId);
        Assert.Contains(destination == "hec" ? "\"invalid-event-number\":" : "bad request", note.Answer, StringComparison.Ordinal);
        var now = stage.Harness.Clock.GetUtcNow();
        Assert.Equal((now, now, now), (note.FirstAttemptAt, note.LastAttemptAt, note.GivenUpAt));
        Assert.Contains($"of its events (1000), {1_000 - guilty.Length} delivered, {guilty.Length} in the dead letters", Assert.Single(stage.Harness.Log.Of(3020)), StringComparison.Ordinal);
    }

    /// <summary>It is the destination that is broken then, and not 1,000 events.</summary>
    [Theory]
    [InlineData("hec", 10, 14)]
    [InlineData("web", 0, 40)]
    public async Task When_all_are_rejected_alike_nothing_is_given_up_that_is_not_named_and_the_destination_fails(string destination, int named, int mostRequests)
    {
        await using var stage = await SplitStage.StartAsync();
        var ids = SplitStage.Ids(1_000);
        stage.Refuse(ids);
        await stage.SendAsync(destination, ids);
        var message = await TakeAsync(stage);
        await stage.Harness.Ship.HandleAsync(ShipStage.Text(message), default);
        Assert.InRange(stage.Siem.Requests, 2, mostRequests);
        Assert.Equal(named, (await stage.LettersAsync()).Sum(letter => letter.Note.Events));
        Assert.Contains("It took no other event meanwhile", Assert.Single(stage.Harness.Log.Of(3004)), StringComparison.Ordinal);
        Assert.True(stage.Harness.Get<Circuits>().Refusals.ContainsKey(destination));

        // Mended, it gets all the others.
        stage.Siem.RefuseNone();
        await AgainAsync(stage, message with { Attempt = 1, FirstAttemptAt = stage.Harness.Clock.GetUtcNow() });
        await stage.ShipAsync();
        await stage.AssertSettledAsync(ids, ids[..named]);
    }

    /// <summary>Another batch that gets through is the proof.</summary>
    [Fact]
    public async Task Lone_event_that_no_answer_names_is_given_up_once_the_destination_has_taken_others()
    {
        await using var stage = await SplitStage.StartAsync();
        stage.Refuse("bad");
        await stage.SendAsync("web", "bad");
        var message = await TakeAsync(stage);
        await stage.Harness.Ship.HandleAsync(ShipStage.Text(message), default);
        Assert.Empty(await stage.LettersAsync());
        message = message with { Attempt = 1, FirstAttemptAt = stage.Harness.Clock.GetUtcNow() };
        await AgainAsync(stage, message);
        Assert.Empty(await stage.LettersAsync());

        await stage.Harness.Storage.ShipQueue.ClearMessagesAsync();
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.SendAsync("web", "good");
        await stage.ShipAsync();
        await AgainAsync(stage, message);
        await stage.AssertSettledAsync(["bad", "good"], ["bad"]);
        Assert.Single(stage.Harness.Log.Of(3005));
    }

    /// <summary>A server that one event breaks answers 500 to every body that holds it, or hangs up; so does a firewall that looks into bodies.</summary>
    [Theory]
    [InlineData(20, EventRefusal.ServerError)]
    [InlineData(49, EventRefusal.ServerError)]
    [InlineData(20, EventRefusal.HangUp)]
    [InlineData(0, EventRefusal.HangUp)]
    [InlineData(20, EventRefusal.Firewall)]
    public async Task Event_that_breaks_the_server_withholds_its_neighbours_only_until_others_got_through_again_and_again(int bad, EventRefusal how)
    {
        await using var stage = await SplitStage.StartAsync();
        var ids = SplitStage.Ids(50);
        stage.Siem.Refuse(ids[bad], how);
        await stage.SendAsync("web", ids);
        var message = await TakeAsync(stage) with { FirstAttemptAt = stage.Harness.Clock.GetUtcNow() };
        for (var attempt = 1; attempt <= BatchDelivery.ManyFailures; attempt++)
        {
            Assert.Empty(await stage.LettersAsync());
            await AgainAsync(stage, message with { Attempt = attempt });
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
            await stage.Harness.Storage.ShipQueue.ClearMessagesAsync();
            if (attempt < BatchDelivery.ManyFailures)
            {
                await stage.SendAsync("web", $"other-{attempt}");
                await stage.ShipAsync();
            }
        }

        Assert.Equal(ids[bad], Assert.Single(await stage.DeadIdsAsync()));
        Assert.Equal((49, 0L), (stage.Siem.Ids.Count(id => id.StartsWith('e')), stage.Siem.Duplicates));
        Assert.Equal(how switch { EventRefusal.ServerError => 500, EventRefusal.Firewall => 403, _ => null }, Assert.Single(await stage.LettersAsync()).Note.StatusCode);
    }

    /// <summary>A server that hangs over one event is found out as well, later, since a server hangs as a whole far more often.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(30, 17)]
    [InlineData(30, 29)]
    public async Task Event_over_which_the_server_hangs_withholds_its_neighbours_only_until_others_got_through_again_and_again(int count, int bad)
    {
        var hanging = 0;
        await using var stage = await SplitStage.StartAsync(new SandboxSiemOptions { OnRefused = _ => Interlocked.Increment(ref hanging) });
        var ids = SplitStage.Ids(count);
        stage.Siem.Refuse(ids[bad], EventRefusal.Hang);
        await stage.SendAsync("web", ids);
        var message = await TakeAsync(stage);
        var others = new List<string>();
        while (true)
        {
            Assert.True(message.Attempt < 30, "it is never found");
            await HangAsync(stage, message, () => hanging);
            if ((await stage.LettersAsync()).Count > 0)
            {
                break;
            }

            message = await NextAsync(stage, message);
            others.Add($"other-{others.Count}");
            await stage.SendAsync("web", others[^1]);
            await stage.ShipAsync();
            Assert.Equal(others.Count, stage.Siem.Ids.Count(id => id.StartsWith("other", StringComparison.Ordinal)));
        }

        Assert.True(message.Attempt >= BatchDelivery.ManyTimeouts, $"given up after {message.Attempt} attempts");
        await AgainAsync(stage, message);
        await stage.AssertSettledAsync([.. ids, .. others], [ids[bad]]);
    }

    /// <summary>A SIEM that gives no answer to anybody, for however long, turns nothing into dead letters, although the batch had been tried while others got through.</summary>
    [Fact]
    public async Task Outage_in_which_a_server_hangs_gives_up_nothing()
    {
        await using var stage = await SplitStage.StartAsync();
        var ids = SplitStage.Ids(4);
        await stage.SendAsync("web", "other");
        await stage.ShipAsync();
        await stage.SendAsync("web", ids);
        var message = await TakeAsync(stage) with { FirstAttemptAt = stage.Harness.Clock.GetUtcNow(), Attempt = BatchDelivery.ManyTimeouts };
        foreach (var number in Enumerable.Range(stage.Siem.Requests + 1, 20))
        {
            stage.Siem.Faults.At(number, new Fault.Hang());
        }

        for (var attempt = 0; attempt < 12; attempt++)
        {
            await HangAsync(stage, message, () => stage.Siem.Faults.Taken);
            message = await NextAsync(stage, message);
        }

        Assert.Empty(await stage.LettersAsync());
        stage.Siem.Faults.Clear();
        await stage.SendAsync("web", "later");
        await stage.ShipAsync();
        await AgainAsync(stage, message);
        await stage.AssertSettledAsync([.. ids, "other", "later"], []);
    }

    // Handles the message; what hangs is given up by the clock.
    private static async Task HangAsync(SplitStage stage, ShipMessage message, Func<int> hanging)
    {
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(20));
        await stage.Harness.Storage.ShipQueue.ClearMessagesAsync();
        var before = hanging();
        var handling = stage.Harness.Ship.HandleAsync(ShipStage.Text(message), default);
        while (!handling.IsCompleted)
        {
            await Stage.UntilAsync(() => handling.IsCompleted || hanging() > before);
            before = hanging();
            stage.Harness.Clock.Advance(TimeSpan.FromSeconds(61));
        }

        await handling;
    }

    // What was sent again is hidden by the queue's own clock.
    private static async Task<ShipMessage> NextAsync(SplitStage stage, ShipMessage message)
    {
        Assert.Equal(1, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue));
        await stage.Harness.Storage.ShipQueue.ClearMessagesAsync();
        return message with { Attempt = message.Attempt + 1, FirstAttemptAt = message.FirstAttemptAt ?? stage.Harness.Clock.GetUtcNow() };
    }

    /// <summary>An outage that begins during the search gives up nothing.</summary>
    [Fact]
    public async Task Server_that_fails_for_everything_in_the_middle_of_a_search_gets_the_rest_later()
    {
        await using var stage = await SplitStage.StartAsync();
        var ids = SplitStage.Ids(50);
        stage.Siem.Refuse(ids[20], EventRefusal.ServerError);
        await stage.SendAsync("web", "other");
        await stage.ShipAsync();
        await stage.SendAsync("web", ids);
        var message = await TakeAsync(stage) with { FirstAttemptAt = stage.Harness.Clock.GetUtcNow(), Attempt = BatchDelivery.ManyFailures };
        foreach (var number in Enumerable.Range(stage.Siem.Requests + 4, 200))
        {
            stage.Siem.Faults.At(number, new Fault.Status(500));
        }

        await AgainAsync(stage, message);
        Assert.Empty(await stage.LettersAsync());
        Assert.InRange(stage.Siem.Received, 2, 49);

        stage.Siem.Faults.Clear();
        await stage.Harness.Storage.ShipQueue.ClearMessagesAsync();
        await AgainAsync(stage, message);
        await stage.AssertSettledAsync([.. ids, "other"], [ids[20]]);
    }

    /// <summary>A failure that passes by itself, met by an event that is alone in its piece, costs nothing.</summary>
    [Fact]
    public async Task Lone_event_is_not_given_up_for_one_failure()
    {
        await using var stage = await SplitStage.StartAsync();
        await stage.SendAsync("web", "other");
        await stage.ShipAsync();
        await stage.SendAsync("web", "first", "second");
        var message = await TakeAsync(stage) with { FirstAttemptAt = stage.Harness.Clock.GetUtcNow(), Attempt = BatchDelivery.ManyFailures };
        stage.Siem.Faults.At(stage.Siem.Requests + 1, new Fault.Status(503)).At(stage.Siem.Requests + 2, new Fault.Reset());
        await AgainAsync(stage, message);
        await stage.AssertSettledAsync(["first", "second", "other"], []);
    }

    private static async Task AgainAsync(SplitStage stage, ShipMessage message)
    {
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.Harness.Storage.ShipQueue.ClearMessagesAsync();
        await stage.Harness.Ship.HandleAsync(ShipStage.Text(message), default);
    }

    private static async Task<ShipMessage> TakeAsync(SplitStage stage) =>
        System.Text.Json.JsonSerializer.Deserialize(Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue)), MessageJson.Default.ShipMessage)!;

    [Fact]
    public async Task Events_behind_many_bad_ones_are_not_given_up_with_them()
    {
        await using var stage = await SplitStage.StartAsync();
        var ids = SplitStage.Ids(300);
        stage.Refuse(ids[..30]);
        await stage.SendAsync("hec", ids);
        await stage.ShipAsync();
        await stage.AssertSettledAsync(ids, ids[..30]);
    }

    [Fact]
    public async Task Body_that_is_too_large_is_halved_and_an_event_that_is_too_large_alone_is_given_up()
    {
        await using var stage = await SplitStage.StartAsync(new SandboxSiemOptions { MaxBodyBytes = 2_000 });
        string[] ids = [.. SplitStage.Ids(300), new string('x', 2_500), .. SplitStage.Ids(300, "f")];
        await stage.SendAsync("web", ids);
        await stage.SendAsync("hec", SplitStage.Ids(50, "h"));
        await stage.ShipAsync();
        await stage.AssertSettledAsync([.. ids, .. SplitStage.Ids(50, "h")], [ids[300]]);
        Assert.Equal(413, Assert.Single(await stage.LettersAsync()).Note.StatusCode);
    }

    [Fact]
    public async Task Equal_events_without_ids_are_all_delivered()
    {
        await using var stage = await SplitStage.StartAsync();
        stage.Refuse("bad");
        await stage.SendAsync("web", "same", "same", "same", "bad", "same");
        await stage.ShipAsync();
        Assert.Equal((4, 1), (stage.Siem.CountOf("same"), (await stage.LettersAsync()).Count));
        Assert.Equal(4, stage.Siem.Batches.Sum(batch => batch.Events));
    }

    /// <summary>Stopped while the n-th request hangs, for every n; another instance goes on when the claim has run out.</summary>
    [Theory]
    [InlineData("hec")]
    [InlineData("web")]
    public async Task Stop_anywhere_repeats_nothing_and_loses_nothing(string destination)
    {
        await using var stage = await SplitStage.StartAsync();
        var stops = 0;
        for (var n = 1; ; n++)
        {
            var ids = SplitStage.Ids(24, $"{n:00}-");
            stage.Siem.RefuseNone();
            string[] refused = [ids[3], ids[12], ids[13], ids[23]];
            stage.Refuse(refused);
            await stage.SendAsync(destination, ids);
            var text = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
            var hang = stage.Siem.Requests + n;
            stage.Siem.Faults.At(hang, new Fault.Hang());
            using var stop = new CancellationTokenSource();
            var handling = stage.Harness.Ship.HandleAsync(text, stop.Token);
            await Stage.UntilAsync(() => handling.IsCompleted || stage.Siem.Requests == hang);
            if (handling.IsCompletedSuccessfully)
            {
                break;
            }

            stops++;
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handling);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(3));
            await using var other = stage.Harness.Another();
            await other.Ship.HandleAsync(text, default);
            await other.Ship.HandleAsync(text, default);
            Assert.All(ids, id => Assert.Equal(refused.Contains(id) ? 0 : 1, stage.Siem.CountOf(id)));
            Assert.Equal(4 * n, (await stage.LettersAsync()).Count);
        }

        Assert.InRange(stops, destination == "hec" ? 4 : 15, 60);
        Assert.Equal(0, stage.Siem.Duplicates);
    }

    [Fact]
    public async Task Outage_in_the_middle_keeps_what_is_settled_and_goes_on_later()
    {
        await using var stage = await SplitStage.StartAsync(new SandboxSiemOptions { Faults = new FaultPlan().At(2, HecFault.Busy).At(3, new Fault.AnswerLost()) });
        var ids = SplitStage.Ids(100);
        stage.Refuse(ids[40], ids[41]);
        await stage.SendAsync("hec", ids);
        await stage.Harness.ShipAllAsync();
        Assert.Equal((40, 1), (stage.Siem.Received, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue)));
        ShipMessage message;
        do
        {
            stage.Harness.Clock.Advance(TimeSpan.FromSeconds(10));
            message = await DeferredAsync(stage);
            await stage.Harness.Ship.HandleAsync(ShipStage.Text(message), default);
        }
        while (await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue) > 0);

        // The answer that got lost concerned a piece that starts with a guilty event: nothing of it was stored.
        await stage.AssertSettledAsync(ids, [ids[40], ids[41]]);
        var note = (await stage.LettersAsync())[1].Note;
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), note.FirstAttemptAt);
        Assert.True(note.LastAttemptAt > note.FirstAttemptAt);
        Assert.Equal(2, message.Attempt);
    }

    [Fact]
    public async Task Batch_that_comes_twice_at_once_and_again_is_settled_once()
    {
        await using var stage = await SplitStage.StartAsync();
        await using var other = stage.Harness.Another();
        var ids = SplitStage.Ids(200);
        stage.Refuse(ids[3], ids[150]);
        await stage.SendAsync("web", ids);
        var text = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
        await Task.WhenAll(stage.Harness.Ship.HandleAsync(text, default), other.Ship.HandleAsync(text, default));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await other.Ship.HandleAsync(text, default);
        await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue);
        Assert.Equal((198, 0L, 2), (stage.Siem.Received, stage.Siem.Duplicates, (await stage.LettersAsync()).Count));
    }

    [Fact]
    public async Task Delivered_and_dead_letters_are_what_was_offered_whatever_is_guilty()
    {
        await using var stage = await SplitStage.StartAsync(new SandboxSiemOptions { MaxBodyBytes = 6_000 });
        var random = new Random(20260101);
        List<string> offered = [];
        List<string> dead = [];
        for (var run = 0; run < 12; run++)
        {
            var ids = SplitStage.Ids(random.Next(1, 250), $"{run}-");
            var share = new[] { 0.01, 0.05, 0.6, 1 }[random.Next(4)];
            string[] guilty = [.. ids.Where(_ => random.NextDouble() < share)];
            stage.Refuse(guilty);
            await stage.SendAsync(run % 2 == 0 ? "hec" : "web", ids);
            await stage.ShipAsync();
            offered.AddRange(ids);
            dead.AddRange(guilty);
        }

        await stage.AssertSettledAsync(offered, dead);
    }

    private static async Task<ShipMessage> DeferredAsync(SplitStage stage)
    {
        for (var deadline = Stage.Deadline(); ; deadline.ThrowIfCancellationRequested())
        {
            if (await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue) is [var text])
            {
                return System.Text.Json.JsonSerializer.Deserialize(text, MessageJson.Default.ShipMessage)!;
            }
        }
    }
}
