using System.Text.Json;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>What is given up lies in the dead letters, whole and with its reason; what only waits does not.</summary>
public sealed class DeadLetterTests
{
    [Fact]
    public async Task Rejected_batch_goes_to_the_dead_letters_with_a_note_and_the_next_one_is_delivered()
    {
        await using var stage = await ShipStage.StartAsync();
        await stage.HandleAsync(ShipStage.Batch("a", "\"\""));
        await stage.HandleAsync(ShipStage.Batch("b"));
        var letters = await stage.DeadLetterTextsAsync();
        var name = $"20260101/acme/splunk/{ShipStage.Batch("a").BatchId}";
        Assert.Equal([name + ".gz", name + ".json"], letters.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("{\"bytes\":2}\n\"\"\n", letters[name + ".gz"]);
        using var note = JsonDocument.Parse(letters[name + ".json"]);
        Assert.Equal("HTTP 400, code 13: Event field cannot be blank", note.RootElement.GetProperty("reason").GetString());
        Assert.Equal(400, note.RootElement.GetProperty("statusCode").GetInt32());
        Assert.Equal(1, note.RootElement.GetProperty("events").GetInt32());
        Assert.Equal((1, 0), (stage.Siem.Received, await stage.WaitingAsync()));

        // Repeated, it is known to be done.
        await stage.HandleAsync(ShipStage.Batch("a", "\"\""));
        Assert.Equal(2, stage.Siem.Requests);
    }

    [Theory]
    [InlineData("""{"schemaVersion":1,"batchId":"00""", "no ship message")]
    [InlineData("not ours", "no ship message")]
    [InlineData("", "no ship message")]
    [InlineData("null", "it is null")]
    [InlineData("""{"schemaVersion":1,"batchId":"0","source":"a","partition":"b","destination":"c","format":"d","events":1,"rawBytes":1,"day":"20260101","fetchedAt":"2026-01-01T00:00:00Z"}""", "no body")]
    [InlineData("""{"schemaVersion":2,"batchId":"0","source":"a","partition":"b","destination":"c","format":"d","events":1,"rawBytes":1,"day":"20260101","fetchedAt":"2026-01-01T00:00:00Z","blob":"x"}""", "schema version is 2")]
    public async Task Message_that_cannot_be_read_is_kept_whole(string text, string reason)
    {
        await using var stage = await ShipStage.StartAsync();
        await stage.Harness.Ship.HandleAsync(text, default);
        await stage.Harness.Ship.HandleAsync(text, default);
        var letters = await stage.DeadLetterTextsAsync();
        Assert.Equal(2, letters.Count);
        Assert.Equal(text, letters.Single(letter => letter.Key.EndsWith(".txt", StringComparison.Ordinal)).Value);
        Assert.Contains(reason, letters.Single(letter => letter.Key.EndsWith(".json", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_in_another_framing_waits_and_arrives_when_the_type_is_given_back()
    {
        await using var stage = await ShipStage.StartAsync();
        await stage.Harness.AddDestinationAsync("splunk", ("type", "http"), ("url", new Uri(stage.Siem.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.Contains("framed as splunk-hec/1", Assert.Single(stage.Harness.Log.Of(3004)), StringComparison.Ordinal);
        Assert.Equal((1, 0, 0), (await stage.WaitingAsync(), stage.Siem.Requests, await stage.DeadLettersAsync()));

        await stage.Harness.AddDestinationAsync("splunk", ("type", "splunk-hec"), ("url", stage.Siem.BaseUrl.AbsoluteUri), ("token", "secret:siem"));
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(15));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.Equal(1, stage.Siem.Received);
    }

    [Fact]
    public async Task Message_for_a_destination_that_is_gone_waits()
    {
        await using var stage = await ShipStage.StartAsync();
        await stage.HandleAsync(ShipStage.Batch("a") with { Destination = "gone" });
        Assert.Equal((1, 0), (await stage.WaitingAsync(), await stage.DeadLettersAsync()));
    }

    [Fact]
    public async Task Blob_of_a_large_body_is_removed_once_delivered_and_one_that_is_missing_is_noted()
    {
        await using var stage = await ShipStage.StartAsync();
        var noise = new byte[60_000];
        new Random(1).NextBytes(noise);
        var large = ShipStage.Batch("a", $$"""{"id":"a","noise":"{{Convert.ToBase64String(noise)}}"}""");
        var sender = new BatchSender(stage.Harness.Storage, stage.Harness.Get<BodyStore>());
        await sender.SendAsync(large with { Body = null }, large.Body!, default);
        var sent = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
        Assert.Equal(1, await BlobsAsync(stage));
        await stage.Harness.Ship.HandleAsync(sent, default);
        Assert.Equal((1, 0), (stage.Siem.Received, await BlobsAsync(stage)));

        // Not sent as an empty body, which some destinations would take.
        await stage.Harness.Ship.HandleAsync(sent.Replace(large.BatchId, ShipStage.Batch("b").BatchId, StringComparison.Ordinal), default);
        var letters = await stage.DeadLetterTextsAsync();
        Assert.Equal(1, stage.Siem.Requests);
        Assert.Contains("that held the body is gone", letters.Single(letter => letter.Key.EndsWith(".json", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
    }

    private static async Task<int> BlobsAsync(ShipStage stage)
    {
        var count = 0;
        await foreach (var _ in stage.Harness.Storage.Batches.GetBlobsAsync())
        {
            count++;
        }

        return count;
    }
}
