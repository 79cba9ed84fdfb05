using AuditFunctions.Pipeline.Sources;
using AuditFunctions.Pipeline.State;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn status</c></summary>
public sealed class StatusTests
{
    [Fact]
    public async Task Status_tells_progress_delivery_and_queues()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        Assert.Equal("neverPolled", (await run.DoneAsync("status", "--json")).Json.GetProperty("partitions")[0].GetProperty("state").GetString());

        var now = TimeProvider.System.GetUtcNow();
        var status = new PartitionStatus { LastPollAt = now, LastFetchAt = now, Events = 1234 };
        Assert.NotNull(await new CheckpointStore(run.Storage).TryWriteAsync(new PartitionId("okta-prod", PartitionId.Single), new Checkpoint { MarkAt = now.AddMinutes(-5), Status = status, WriteId = "x" }, null, CliRun.Patience));
        await DeliverAsync(run, now);
        await new MessageQueue(run.Storage.ShipQueue).SendAsync(BinaryData.FromString("{}"), TimeSpan.Zero, CliRun.Patience);

        var json = (await run.DoneAsync("status", "--json")).Json;
        var partition = json.GetProperty("partitions")[0];
        Assert.Equal("okta-prod ok 1234", $"{partition.GetProperty("source")} {partition.GetProperty("state")} {partition.GetProperty("events")}");
        Assert.InRange(partition.GetProperty("deliverySeconds").GetDouble(), 60, 180);
        Assert.InRange(partition.GetProperty("runSeconds").GetDouble(), 10, 130);
        Assert.Equal(1, json.GetProperty("shipQueue").GetProperty("messages").GetInt32());
        Assert.Equal(0, json.GetProperty("deadLetters").GetInt32());
        var text = await run.DoneAsync("status");
        Assert.Contains("1,234", text.Output, StringComparison.Ordinal);
        Assert.Contains("1 message, the oldest waits", text.Output, StringComparison.Ordinal);
        Assert.Empty(text.Error);
    }

    private static async Task DeliverAsync(CliRun run, DateTimeOffset now)
    {
        var ledger = new Ledger(run.Storage, TimeProvider.System);
        var message = new ShipMessage
        {
            SchemaVersion = 1,
            BatchId = "b",
            Source = "okta-prod",
            Partition = PartitionId.Single,
            Destination = "splunk",
            Format = "splunk-hec/1",
            Events = 3,
            RawBytes = 10,
            Day = now.UtcDateTime.ToString("yyyyMMdd"),
            FetchedAt = now.AddSeconds(-10),
            NewestAt = now.AddSeconds(-60),
        };
        var claim = Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(message, "x", TimeSpan.FromMinutes(1), CliRun.Patience));
        await ledger.MarkDeliveredAsync(message, claim, CliRun.Patience);
    }
}
