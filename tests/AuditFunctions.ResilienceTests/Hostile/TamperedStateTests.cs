using System.Globalization;
using System.Text;
using AuditFunctions.Operations.Status;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Law: any single stored thing may be garbage, and everything else goes on.</summary>
public sealed class TamperedStateTests
{
    private const string Victim = "acme";
    private const string Good = "good";

    /// <summary>Values that can stand in a column in place of ours.</summary>
    private static readonly object[] Garbage =
    [
        "garbage", "", -1, long.MaxValue, 1e300, true, Guid.Empty, new byte[] { 1, 2, 3 }, new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero),
        new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero),
    ];

    [Fact]
    public async Task Any_column_of_any_row_of_the_table_of_checkpoints_may_be_garbage()
    {
        await using var stage = await StartAsync();
        TableClient table = stage.Harness.Storage.Checkpoints;
        await table.AddEntityAsync(new TableEntity("_states", "acme|default") { ["State"] = "failing", ["SinceAt"] = stage.Harness.Time.GetUtcNow(), ["Reason"] = "x" });
        await stage.Harness.Get<Pipeline.Storage.Destinations.DestinationRecords>().ChangeAsync(Stage.Destination, null, record => record with { Backlog = 1 }, default);
        var random = new Random(11);
        (string, string)[] keys = [(Victim, PartitionId.Single), ("_schedule", "tick"), ("_states", "acme|default"), ("_destinations", Stage.Destination)];
        foreach (var (partition, row) in keys)
        {
            TableEntity before = (await table.GetEntityIfExistsAsync<TableEntity>(partition, row)).Value!;
            var columns = before.Keys.Where(key => key is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag")).Order(StringComparer.Ordinal).ToArray();
            Assert.NotEmpty(columns);
            foreach (var column in columns)
            {
                // One of each kind in turn, so that every column meets several and every kind many columns.
                foreach (var value in Garbage.OrderBy(_ => random.Next()).Take(2))
                {
                    var garbage = new TableEntity(before) { [column] = value };
                    await table.UpsertEntityAsync(garbage, TableUpdateMode.Replace);
                    await AssertOthersGoOnAsync(stage, $"{partition}/{row}: {column} = {value}");
                }
            }

            // A row of which only one column is left.
            foreach (var column in columns)
            {
                await table.UpsertEntityAsync(new TableEntity(partition, row) { [column] = before[column] }, TableUpdateMode.Replace);
                await AssertOthersGoOnAsync(stage, $"{partition}/{row}: only {column}");
            }

            await table.UpsertEntityAsync(before, TableUpdateMode.Replace);
        }
    }

    [Fact]
    public async Task Any_column_and_key_of_the_ledger_may_be_garbage()
    {
        await using var stage = await StartAsync();
        TableClient table = stage.Harness.Storage.Ledger;
        foreach (var key in new[] { "3", "20260101", "garbage", "-", "20260101-" })
        {
            await table.UpsertEntityAsync(new TableEntity(key, "x") { ["State"] = "delivered", ["DeliveredAt"] = stage.Harness.Time.GetUtcNow(), ["FetchedAt"] = stage.Harness.Time.GetUtcNow(), ["Source"] = Victim, ["Partition"] = "default" });
        }

        await AssertOthersGoOnAsync(stage, "keys");
        var random = new Random(12);
        foreach (var column in new[] { "State", "Owner", "ClaimUntil", "DeliveredAt", "FetchedAt", "NewestAt", "Source", "Partition", "Events", "Split", "Attempt", "RawBytes" })
        {
            foreach (var value in Garbage.OrderBy(_ => random.Next()).Take(4))
            {
                // A batch whose row is garbage is delivered, or deferred; its handler does not fail, which would send it to the host's poison queue.
                stage.Vendor.Publish(1, stage.Harness.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
                stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
                await stage.Harness.FetchAsync(Victim);
                foreach (var text in await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue))
                {
                    var message = MessageReading.Ship(text, out _)!;
                    var row = new TableEntity(Pipeline.Storage.Deliveries.Ledger.PartitionOf(message), message.BatchId)
                    {
                        ["State"] = "claimed", ["Owner"] = "other", ["ClaimUntil"] = stage.Harness.Time.GetUtcNow().AddMinutes(-5), ["DeliveredAt"] = stage.Harness.Time.GetUtcNow(), [column] = value,
                    };
                    await table.UpsertEntityAsync(row, TableUpdateMode.Replace);
                    await stage.Harness.Ship.HandleAsync(text, Stage.Deadline());
                }

                await AssertOthersGoOnAsync(stage, $"ledger: {column} = {value}");
            }
        }
    }

    [Theory]
    [InlineData("MarkAt")]
    [InlineData("ReadToAt")]
    [InlineData("RememberedFromAt")]
    public async Task A_partition_whose_progress_is_garbage_is_named_and_does_not_start_over(string column)
    {
        await using var stage = await StartAsync();
        var received = stage.Siem.Received;
        TableClient table = stage.Harness.Storage.Checkpoints;
        await table.UpsertEntityAsync(new TableEntity(Victim, PartitionId.Single) { [column] = "yesterday" }, TableUpdateMode.Merge);
        await stage.Harness.FetchAndShipAsync(Victim);
        Assert.Equal(received, stage.Siem.Received);
        var state = (await stage.Harness.Make<StatusReader>().ReadAsync(default)).Partitions.Single(report => report.Partition.Source == Victim).State;
        Assert.Equal("bad row", state.Describe(stage.Harness.Time.GetUtcNow()));
        Assert.Contains($"RowKey 'default') cannot be read: column '{column}'", state.Reason, StringComparison.Ordinal);
        Assert.Single(stage.Harness.Log.Of(2019));
    }

    [Theory]
    [InlineData("negative")]
    [InlineData("huge")]
    [InlineData("short")]
    [InlineData("text")]
    [InlineData("block-blob")]
    public async Task A_segment_of_ids_that_is_garbage_stops_nobody(string what)
    {
        await using var stage = await StartAsync();
        var at = stage.Harness.Time.GetUtcNow().AddMinutes(-30);
        var seen = new SeenIndex("0123", 5, at.AddHours(-3), at.AddHours(3), at);
        var id = new PartitionId(Victim, PartitionId.Single);
        var checkpoint = await stage.Harness.CheckpointAsync(Victim);
        Assert.NotNull(await stage.Harness.Checkpoints.TryWriteAsync(id, checkpoint with { Seen = seen, WriteId = "x" }, null, default));
        BlobContainerClient container = stage.Harness.Storage.Seen;
        byte[] bytes = what switch
        {
            "negative" => [.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(-1)],
            "huge" => [.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(int.MaxValue), 1, 2, 3],
            "short" => [1, 2, 3],
            _ => Encoding.UTF8.GetBytes("garbage, and more of it"),
        };
        for (var hour = -4; hour <= 4; hour++)
        {
            var name = $"{Victim}/default/0123/{at.AddHours(hour).UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture)}";
            await container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(bytes), overwrite: true);
        }

        await container.GetBlobClient("99991231").UploadAsync(BinaryData.FromBytes(bytes), overwrite: true);
        await container.GetBlobClient($"{Victim}/default/0123/9999123123").UploadAsync(BinaryData.FromBytes(bytes), overwrite: true);
        stage.Vendor.Publish(3, at);
        var received = stage.Siem.Received;
        await stage.Harness.FetchAndShipAsync(Victim);
        Assert.True(stage.Siem.Received >= received + 3, "the source of the segment stands still");
        stage.Harness.Clock.Advance(TimeSpan.FromDays(1));
        await AssertOthersGoOnAsync(stage, what);
        Assert.Empty(stage.Harness.Log.Of(1006));
    }

    [Fact]
    public async Task A_message_can_invent_no_partition()
    {
        await using var stage = await StartAsync();
        var (received, duplicates) = (stage.Siem.Received, stage.Siem.Duplicates);
        var message = new FetchMessage(Victim, [.. Enumerable.Range(0, 50).Select(number => $"invented{number}")], stage.Harness.Time.GetUtcNow(), Force: true);
        await stage.Harness.Fetch.HandleAsync(message.ToWire().ToString(), Stage.Deadline());
        await stage.Harness.ShipAllAsync();
        Assert.Equal((received, duplicates), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Single(await stage.Harness.Checkpoints.ListAsync(Victim, default));
    }

    private static async Task AssertOthersGoOnAsync(Stage stage, string what)
    {
        try
        {
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
            stage.Vendor.Publish(1, stage.Harness.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
            await stage.Harness.Schedule.TickAsync(Stage.Deadline());
            await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue);
            var before = (await stage.Harness.CheckpointAsync(Good)).Status.Events;
            await stage.Harness.FetchAsync(Good);
            Assert.True((await stage.Harness.CheckpointAsync(Good)).Status.Events > before, "the good source stands still");
            Assert.Contains((await stage.Harness.Make<StatusReader>().ReadAsync(default)).Partitions, report => report.Partition.Source == Good);
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"With {what}: {exception.Message}", exception);
        }
    }

    private static async Task<Stage> StartAsync()
    {
        var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 20 });
        await stage.Harness.AddSourceAsync(Good, stage.GenericColumns());
        await stage.Harness.Schedule.TickAsync(default);
        await stage.Harness.FetchAndShipAsync(Victim);
        await stage.Harness.FetchAndShipAsync(Good);
        return stage;
    }
}
