using System.Text;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>A dead letter that is sent again is delivered once or stays, however often and wherever it is broken off.</summary>
public sealed class DeadLetterRetryTests
{
    [Theory]
    [InlineData("hec")]
    [InlineData("web")]
    public async Task Letters_that_are_sent_again_arrive_once_and_disappear(string destination)
    {
        await using var stage = await WithLettersAsync(destination, 40, 7, 8);
        stage.Siem.RefuseNone();
        await RetryAllAsync(stage);
        var first = await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue);
        Assert.Equal(2, first.Count);
        await RetryAllAsync(stage);
        foreach (var text in (string[])[.. first, .. await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue), .. first])
        {
            await stage.Harness.Ship.HandleAsync(text, default);
        }

        await stage.AssertSettledAsync(SplitStage.Ids(40), []);
        Assert.Equal(0, await BlobsAsync(stage));
    }

    [Fact]
    public async Task Letter_that_is_refused_again_stays_once_and_can_be_sent_again()
    {
        await using var stage = await WithLettersAsync("hec", 40, 7);
        stage.Harness.Clock.Advance(TimeSpan.FromDays(40));
        await RetryAllAsync(stage);
        var old = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
        Assert.NotNull(Assert.Single(await stage.LettersAsync()).Note.RetriedAt);
        await stage.Harness.Ship.HandleAsync(old, default);
        await stage.Harness.Ship.HandleAsync(old, default);
        var letter = Assert.Single(await stage.LettersAsync());
        Assert.Equal((1, null), (letter.Note.Retries, letter.Note.RetriedAt));
        Assert.Equal(TimeSpan.FromDays(40), letter.Note.LastAttemptAt - letter.Note.FirstAttemptAt);
        Assert.Equal(letter.Note.FirstAttemptAt, letter.Note.GivenUpAt);

        // A copy of the first message that comes late, when the destination would take it, must not deliver it beside the second one.
        stage.Siem.RefuseNone();
        await RetryAllAsync(stage);
        await stage.Harness.Ship.HandleAsync(old, default);
        Assert.Equal(39, stage.Siem.Received);
        await stage.ShipAsync();
        await stage.Harness.Ship.HandleAsync(old, default);
        await stage.AssertSettledAsync(SplitStage.Ids(40), []);
    }

    /// <summary>The steps of a retry are: note, message; delivery, ledger, note away, body away. Each message may come again after each step.</summary>
    [Fact]
    public async Task Broken_off_between_any_two_steps_it_is_delivered_once()
    {
        await using var stage = await WithLettersAsync("hec", 10, 3);
        stage.Siem.RefuseNone();
        var letter = Assert.Single(await stage.LettersAsync());

        // After the note: no message was sent; the next retry sends it.
        await RetryAllAsync(stage);
        var message = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
        await RetryAllAsync(stage);
        Assert.Equal(message, Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue)));
        await stage.Harness.Ship.HandleAsync(message, default);
        Assert.Empty(await stage.LettersAsync());

        // After the ledger: the letter is still there when the message comes again, or when somebody retries.
        await stage.Store.WriteAsync(letter.Name, "x"u8.ToArray(), true, letter.Note with { RetriedAt = stage.Harness.Clock.GetUtcNow(), RetryCheck = MessageReading.Ship(message, out _)!.Check }, default);
        await stage.Harness.Ship.HandleAsync(message, default);
        Assert.Equal(0, await BlobsAsync(stage));

        // After the note is away: the body is still there.
        await stage.Store.WriteAsync(letter.Name, "x"u8.ToArray(), true, letter.Note, default);
        await stage.Harness.Storage.DeadLetters.GetBlobClient(letter.Name + ".json").DeleteAsync();
        await stage.Harness.Ship.HandleAsync(message, default);
        Assert.Equal((1, 0L), (stage.Siem.CountOf(SplitStage.Ids(10)[3]), stage.Siem.Duplicates));
    }

    // Whoever may write messages knows the names of dead letters from the alerts, and can count.
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_forged_retry_removes_no_letter_and_no_body(bool isOnItsWay, bool hasCheck)
    {
        await using var stage = await WithLettersAsync("hec", 10, 3, 4, 5);
        stage.Siem.RefuseNone();
        if (isOnItsWay)
        {
            await RetryAllAsync(stage);
        }

        var letters = await stage.LettersAsync();
        var blobs = await BlobsAsync(stage);
        Assert.NotEmpty(letters);
        foreach (var letter in letters)
        {
            var forged = ShipStage.Batch("forged") with { DeadLetter = letter.Name, BatchId = RetryId.Of(letter.Name, 0), Destination = "hec", Source = "acme" };
            forged = forged with { Check = hasCheck ? BodyCheck.Of(forged.BatchId, forged.Body) : null };
            await stage.Harness.Ship.HandleAsync(forged.ToWire().ToString(), default);
            await stage.Harness.Ship.HandleAsync((forged with { Retry = 1 }).ToWire().ToString(), default);
        }

        Assert.Equal(letters.Select(letter => letter.Name), (await stage.LettersAsync()).Where(letter => letter.Note.Format is not null).Select(letter => letter.Name));
        Assert.Equal(blobs, (await BlobsAsync(stage)) - (2 * letters.Count));
        Assert.Equal(0, stage.Siem.CountOf("forged"));
    }

    /// <summary>The batch id of a retry can be told by the letter's name: what somebody else sends under it is not the letter's delivery.</summary>
    [Fact]
    public async Task A_forged_batch_under_the_id_of_a_retry_does_not_count_as_its_delivery()
    {
        await using var stage = await WithLettersAsync("hec", 10, 3);
        stage.Siem.RefuseNone();
        var letter = Assert.Single(await stage.LettersAsync());
        var forged = ShipStage.Batch("forged") with { BatchId = RetryId.Of(letter.Name, 0), Destination = "hec", Source = "acme", Day = "20260101" };
        forged = forged with { Check = BodyCheck.Of(forged.BatchId, forged.Body) };
        await stage.Harness.Ship.HandleAsync(forged.ToWire().ToString(), default);
        await RetryAllAsync(stage);
        var retry = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
        await stage.Harness.Ship.HandleAsync(retry, default);
        Assert.Equal(1, stage.Siem.CountOf("e0003"));
        Assert.Empty(await stage.LettersAsync());

        // Nor can a message name the row of a retry.
        await stage.Harness.Ship.HandleAsync((forged with { BatchId = forged.BatchId + RetryId.KeyEnding }).ToWire().ToString(), default);
        Assert.Null(Assert.Single(await stage.LettersAsync()).Note.Format);
    }

    /// <summary>Whoever may read the queue as well knows the body and its check.</summary>
    [Theory]
    [InlineData("web", "acme", "default")]
    [InlineData("hec", "other", "default")]
    [InlineData("hec", "acme", "other")]
    public async Task A_retry_that_was_changed_to_go_elsewhere_is_dropped_and_the_letter_stays(string destination, string source, string partition)
    {
        await using var stage = await WithLettersAsync("hec", 10, 3);
        stage.Siem.RefuseNone();
        await RetryAllAsync(stage);
        var retry = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
        var changed = MessageReading.Ship(retry, out _)! with { Destination = destination, Source = source, Partition = partition };
        await stage.Harness.Ship.HandleAsync(changed.ToWire().ToString(), default);
        Assert.Equal(0, stage.Siem.CountOf("e0003"));
        Assert.Single(await stage.LettersAsync());
        await stage.Harness.Ship.HandleAsync(retry, default);
        await stage.AssertSettledAsync(SplitStage.Ids(10), []);
    }

    [Fact]
    public async Task Letter_of_many_events_leaves_only_those_that_are_still_refused()
    {
        // That the destination takes others shows that it is the events.
        await using var stage = await SplitStage.StartAsync();
        await stage.SendAsync("web", "taken");
        await stage.ShipAsync();
        var ids = SplitStage.Ids(50);
        stage.Refuse(ids);
        await stage.SendAsync("web", ids);
        await stage.ShipAsync();
        await stage.AssertSettledAsync([.. ids, "taken"], ids);
        var together = (await stage.LettersAsync()).Single(letter => letter.Note.Events == 40);
        stage.Siem.RefuseNone();
        stage.Refuse(ids[20], ids[21]);
        await RetryAllAsync(stage);
        await stage.ShipAsync();
        await stage.AssertSettledAsync([.. ids, "taken"], [ids[20], ids[21]]);
        var left = await stage.LettersAsync();
        Assert.All(left, letter => Assert.Equal((1, 1), (letter.Note.Events, letter.Note.Retries)));
        Assert.DoesNotContain(together.Name, left.Select(letter => letter.Name));
    }

    [Fact]
    public async Task Events_are_framed_as_the_destination_wants_them_now()
    {
        await using var stage = await WithLettersAsync("hec", 5, 2);
        stage.Siem.RefuseNone();
        await stage.Harness.AddDestinationAsync("hec", ("type", "http"), ("body", "envelope"), ("url", new Uri(stage.Siem.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await RetryAllAsync(stage);
        await stage.ShipAsync();
        Assert.Equal("""{"id":"e0002","time":"2026-01-01T00:00:00.0000000Z","event":""" + SplitStage.Event("e0002") + "}", Encoding.UTF8.GetString(stage.Siem.RawEvents[^1]));
        Assert.Empty(await stage.LettersAsync());
    }

    /// <summary>Both messages have one batch id, and the verdict on the first is none on what the row says since.</summary>
    [Fact]
    public async Task Letter_that_is_sent_again_otherwise_while_its_message_is_being_refused_is_sent_so_and_not_lost()
    {
        await using var stage = await WithLettersAsync("hec", 5, 2);
        var (url, bodies) = ("", new List<string>());
        await using var siem = await ScriptedServer.StartAsync(request =>
        {
            bodies.Add(Encoding.UTF8.GetString(request.Bytes));
            if (bodies.Count == 1)
            {
                SetRowAsync("mended").GetAwaiter().GetResult();
                RetryAllAsync(stage).GetAwaiter().GetResult();
            }

            return bodies.Count == 1 ? new(400, """{"text":"Invalid data format","code":6,"invalid-event-number":0}""") : new(200, """{"text":"Success","code":0}""");
        });
        url = siem.BaseUrl + "/";
        await SetRowAsync("wrong");
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await RetryAllAsync(stage);
        await stage.ShipAsync();
        Assert.Equal(2, bodies.Count);
        Assert.Contains("\"sourcetype\":\"mended\"", bodies[1], StringComparison.Ordinal);
        Assert.Contains("e0002", bodies[1], StringComparison.Ordinal);
        Assert.Empty(await stage.LettersAsync());

        Task SetRowAsync(string sourcetype) =>
            stage.Harness.AddDestinationAsync("hec", ("type", "splunk-hec"), ("url", url), ("token", "secret:siem"), ("sourcetype", sourcetype), ("gzip", "false"));
    }

    /// <summary>Whoever may write blobs may spoil a note: the message that hangs on it must not come back for ever.</summary>
    [Fact]
    public async Task Message_of_a_letter_whose_note_was_spoilt_is_dropped_and_the_letter_stays()
    {
        await using var stage = await WithLettersAsync("hec", 5, 2);
        stage.Siem.RefuseNone();
        await RetryAllAsync(stage);
        var name = Assert.Single(await stage.LettersAsync()).Name;
        await stage.Harness.Storage.DeadLetters.GetBlobClient(name + ".json").UploadAsync(BinaryData.FromString("junk"), overwrite: true);
        await stage.ShipAsync();
        Assert.Equal((0, 0), (stage.Siem.CountOf("e0002"), await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue)));
        Assert.Equal("the note beside it cannot be read", Assert.Single(await stage.LettersAsync()).Note.Reason);
    }

    [Fact]
    public async Task What_was_discarded_while_it_was_on_its_way_is_not_delivered()
    {
        await using var stage = await WithLettersAsync("hec", 5, 2);
        stage.Siem.RefuseNone();
        await RetryAllAsync(stage);
        Assert.True(await stage.Store.RemoveAsync(Assert.Single(await stage.LettersAsync()).Name, default));
        await stage.ShipAsync();
        Assert.Equal(0, stage.Siem.CountOf("e0002"));
        Assert.Single(stage.Harness.Log.Of(3021));
    }

    [Fact]
    public async Task What_cannot_be_sent_says_what_to_do()
    {
        await using var stage = await SplitStage.StartAsync();
        var name = await stage.Store.WriteUnreadableAsync("ship", "junk", "it is no ship message", stage.Harness.Clock.GetUtcNow(), default);
        Assert.Contains("kept whole", await RetryAsync(stage, name), StringComparison.Ordinal);
        var note = new DeadLetterNote { SchemaVersion = 1, Source = "acme", Partition = "default", Destination = "gone", Format = "http-array/1", Reason = "r", GivenUpAt = stage.Harness.Clock.GetUtcNow() };
        await stage.Store.WriteAsync("20260101/acme/gone/1", "[{}]"u8.ToArray(), false, note, default);
        Assert.Contains("'gone' is not defined", await RetryAsync(stage, "20260101/acme/gone/1"), StringComparison.Ordinal);
        await stage.Store.WriteAsync("20260101/acme/web/1", ReadOnlyMemory<byte>.Empty, true, note with { Destination = "web" }, default);
        Assert.Contains("its body is lost", await RetryAsync(stage, "20260101/acme/web/1"), StringComparison.Ordinal);
        await stage.Store.WriteAsync("20260101/acme/web/2", "{"u8.ToArray(), false, note with { Destination = "web" }, default);
        Assert.Contains("cannot be read as http-array/1", await RetryAsync(stage, "20260101/acme/web/2"), StringComparison.Ordinal);
        Assert.Equal(0, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue));
    }

    private static async Task<SplitStage> WithLettersAsync(string destination, int events, params int[] guilty)
    {
        var stage = await SplitStage.StartAsync();
        var ids = SplitStage.Ids(events);
        stage.Refuse(guilty.Select(at => ids[at]));
        await stage.SendAsync(destination, ids);
        await stage.ShipAsync();
        await stage.AssertSettledAsync(ids, [.. guilty.Select(at => ids[at])]);
        return stage;
    }

    private static async Task RetryAllAsync(SplitStage stage)
    {
        foreach (var letter in await stage.LettersAsync())
        {
            Assert.Null(await stage.Harness.Make<DeadLetterRetry>().SendAsync(letter, default));
        }
    }

    private static async Task<string?> RetryAsync(SplitStage stage, string name) =>
        await stage.Harness.Make<DeadLetterRetry>().SendAsync((await stage.Store.ReadAsync(name, default))!, default);

    private static async Task<int> BlobsAsync(SplitStage stage)
    {
        var count = 0;
        await foreach (var _ in stage.Harness.Storage.DeadLetters.GetBlobsAsync())
        {
            count++;
        }

        return count;
    }
}
