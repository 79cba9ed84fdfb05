using System.Text.Json;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.State;

public sealed class MessageTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ShipMessage Message => new()
    {
        SchemaVersion = 1,
        BatchId = "0123456789abcdef0123456789abcdef",
        Source = "acme",
        Partition = "default",
        Destination = "splunk",
        Format = "splunk-hec/1",
        Events = 3,
        RawBytes = 4_000,
        Day = "20260101",
        FetchedAt = Now,
        OldestAt = Now.AddTicks(-1),
        NewestAt = Now.AddTicks(1),
    };

    [Fact]
    public void Ship_message_is_read_as_it_was_written_and_names_no_absent_member()
    {
        var text = JsonSerializer.Serialize(Message with { Attempt = 7, Blob = "20260101/splunk/x" }, MessageJson.Default.ShipMessage);
        Assert.Equal(Message with { Attempt = 7, Blob = "20260101/splunk/x" }, JsonSerializer.Deserialize(text, MessageJson.Default.ShipMessage));
        Assert.DoesNotContain("body", text, StringComparison.Ordinal);
        var inline = JsonSerializer.Serialize(Message with { Body = [1, 2, 255] }, MessageJson.Default.ShipMessage);
        Assert.Equal([1, 2, 255], JsonSerializer.Deserialize(inline, MessageJson.Default.ShipMessage)!.Body);
    }

    [Fact]
    public void Members_of_a_newer_version_are_ignored_and_members_that_must_be_there_are_missed()
    {
        var text = JsonSerializer.Serialize(Message, MessageJson.Default.ShipMessage);
        Assert.Equal(Message, JsonSerializer.Deserialize(text[..^1] + ""","later":{"a":[1]}}""", MessageJson.Default.ShipMessage));
        foreach (var member in new[] { "schemaVersion", "batchId", "source", "partition", "destination", "format", "events", "rawBytes", "day", "fetchedAt" })
        {
            var without = System.Text.Json.Nodes.JsonNode.Parse(text)!.AsObject();
            Assert.True(without.Remove(member), member);
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(without.ToJsonString(), MessageJson.Default.ShipMessage));
        }
    }

    [Theory]
    [InlineData("""{"source":"acme","partitions":["default"],"issuedAt":"2026-01-01T00:00:00Z"}""", true)]
    [InlineData("""{"source":"acme","partitions":["default"],"issuedAt":"2026-01-01T00:00:00Z","schemaVersion":1,"later":1}""", true)]
    [InlineData("""{"partitions":["default"],"issuedAt":"2026-01-01T00:00:00Z"}""", false)]
    [InlineData("""{"source":null,"partitions":["default"],"issuedAt":"2026-01-01T00:00:00Z"}""", false)]
    [InlineData("""{"source":"acme","source":"other","partitions":["default"],"issuedAt":"2026-01-01T00:00:00Z"}""", false)]
    public void Fetch_message(string text, bool good)
    {
        if (!good)
        {
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(text, MessageJson.Default.FetchMessage));
            return;
        }

        var message = JsonSerializer.Deserialize(text, MessageJson.Default.FetchMessage)!;
        Assert.Equal(("acme", "default", Now, 1), (message.Source, message.Partitions[0], message.IssuedAt, message.SchemaVersion));
    }

    /// <summary>Bodies of every length around the border: inline as long as the message still fits after its last attempt, a blob beyond.</summary>
    [Fact]
    public async Task Body_travels_inline_up_to_the_limit_and_as_a_blob_beyond_it()
    {
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var sender = new BatchSender(harness.Storage, harness.Get<BodyStore>());
        var sizes = new List<(bool Inline, int Text)>();
        const int Most = MessageQueue.MaxBytes - MessageQueue.GrowthBytes;
        for (var length = 48_500; length < 48_900; length += 1)
        {
            var text = JsonSerializer.SerializeToUtf8Bytes(Message with { Body = new byte[length], Check = new string('0', 32) }, MessageJson.Default.ShipMessage).Length;
            if (text is > Most - 10 and < Most + 10)
            {
                await sender.SendAsync(Message, new byte[length], default);
                var sent = Assert.Single(await PipelineHarness.TakeAsync(harness.Storage.ShipQueue));
                var read = JsonSerializer.Deserialize(sent, MessageJson.Default.ShipMessage)!;
                Assert.True(read.Body is null != read.Blob is null, "neither or both");
                Assert.Equal(length, read.Body?.Length ?? await BlobLengthAsync(harness, read.Blob!));
                var tired = JsonSerializer.SerializeToUtf8Bytes(read with { Attempt = int.MaxValue }, MessageJson.Default.ShipMessage);
                Assert.True(tired.Length <= MessageQueue.MaxBytes, $"after many attempts {tired.Length} bytes");
                await new MessageQueue(harness.Storage.ShipQueue).SendAsync(new BinaryData(tired), TimeSpan.Zero, default);

                // When it was tried first tells a batch that fails again and again from one that failed once.
                var again = JsonSerializer.Deserialize((read with { Attempt = 1_000_000, FirstAttemptAt = Now }).ToWire().ToString(), MessageJson.Default.ShipMessage)!;
                Assert.Equal(Now, again.FirstAttemptAt);
                await PipelineHarness.TakeAsync(harness.Storage.ShipQueue);
                sizes.Add((read.Body is not null, text));
            }
        }

        Assert.Contains(sizes, size => size.Inline && size.Text > Most - 4);
        Assert.Contains(sizes, size => !size.Inline && size.Text <= Most + 4);
        Assert.All(sizes, size => Assert.Equal(size.Text <= Most, size.Inline));
    }

    private static async Task<int> BlobLengthAsync(PipelineHarness harness, string name) =>
        (await harness.Storage.Batches.GetBlobClient(name).DownloadContentAsync()).Value.Content.ToMemory().Length;
}
