using AuditFunctions.Operations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sources;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

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
        var now = TimeProvider.System.GetUtcNow();
        await TickAsync(run, now);
        Assert.Equal("neverPolled", (await run.DoneAsync("status", "--json")).Json.GetProperty("partitions")[0].GetProperty("state").GetString());

        var status = new PartitionStatus { LastPollAt = now, LastFetchAt = now, Events = 1234, Dropped = DroppedEvents.Read("2-drop=3;noise=1500") };
        Assert.NotNull(await new CheckpointStore(run.Storage).TryWriteAsync(new PartitionId("okta-prod", PartitionId.Single), new Checkpoint { MarkAt = now.AddMinutes(-5), Status = status, WriteId = "x" }, null, CliRun.Patience));
        await DeliverAsync(run, now);
        await new MessageQueue(run.Storage.ShipQueue).SendAsync(BinaryData.FromString("{}"), TimeSpan.Zero, CliRun.Patience);

        var json = (await run.DoneAsync("status", "--json")).Json;
        var partition = json.GetProperty("partitions")[0];
        Assert.Equal("okta-prod ok 1234", $"{partition.GetProperty("source")} {partition.GetProperty("state")} {partition.GetProperty("events")}");
        Assert.Equal(1500, partition.GetProperty("dropped").GetProperty("noise").GetInt32());
        Assert.InRange(partition.GetProperty("deliverySeconds").GetDouble(), 60, 180);
        Assert.InRange(partition.GetProperty("runSeconds").GetDouble(), 10, 130);
        Assert.Equal(1, json.GetProperty("shipQueue").GetProperty("messages").GetInt32());
        Assert.Equal(0, json.GetProperty("deadLetters").GetInt32());
        var text = await run.DoneAsync("status");
        Assert.Contains("1,234", text.Output, StringComparison.Ordinal);
        Assert.Contains("  left out by processors: noise 1,500, 2-drop 3", text.Output, StringComparison.Ordinal);
        Assert.Contains("1 message, the oldest waits", text.Output, StringComparison.Ordinal);
        Assert.Empty(text.Error);
    }

    /// <summary>As when somebody types a row in the portal: it would be read by nobody, and everything would seem well.</summary>
    [Fact]
    public async Task A_row_in_another_partition_is_named_wherever_somebody_looks()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        await TickAsync(run, TimeProvider.System.GetUtcNow());
        Assert.DoesNotContain("is not read", (await run.RunAsync("doctor")).Output, StringComparison.Ordinal);
        await run.Storage.Sources.AddEntityAsync(new TableEntity("sources", "github-prod") { ["Template"] = "github-organization-audit" });
        await run.Storage.Destinations.AddEntityAsync(new TableEntity("", "siem") { ["Type"] = "http" });
        string[] said = [$"row 'github-prod' of table {run.Storage.Sources.Name} is not read: its PartitionKey is 'sources', and it must be 'source'", $"row 'siem' of table {run.Storage.Destinations.Name} is not read: its PartitionKey is '', and it must be 'destination'"];

        var check = await run.RunAsync("status", "--check");
        Assert.Equal(1, check.ExitCode);
        var json = (await run.DoneAsync("status", "--json")).Json.GetProperty("attention").EnumerateArray().Select(one => one.GetString());
        Assert.All(said, what => Assert.Contains(what, json));
        string[] others = [(await run.DoneAsync("status")).Output, (await run.RunAsync("doctor")).Output, (await run.DoneAsync("sources", "list")).Error + (await run.DoneAsync("destinations", "list")).Error];
        Assert.All(others, other => Assert.All(said, what => Assert.Contains(what[1..], other, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Status_tells_of_each_destination_how_it_is_doing_and_of_each_source_what_holds_it_up()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Set("Scheduling:MaxBacklog", "10");
        run.Write("rows.yaml", """
            sources:
              - { name: held, template: okta-system-log, destination: "down, well", token: "secret:okta", domain: acme.okta.com }
              - { name: free, template: okta-system-log, destination: well, token: "secret:okta", domain: acme.okta.com }
            destinations:
              - { name: down, type: http, url: "https://down.example/in" }
              - { name: well, type: http, url: "https://well.example/in" }
              - { name: unused, type: http, url: "https://unused.example/in" }
              - { name: closed, type: http, url: "https://closed.example/in" }
            """);
        await run.DoneAsync("apply", "rows.yaml");
        var now = TimeProvider.System.GetUtcNow();
        var records = new DestinationRecords(run.Storage, new Random(1));
        await records.ChangeAsync("down", null, record => record with { Backlog = 1_200, Failures = 4, FailingSinceAt = now.AddMinutes(-5), OpenUntil = now.AddMinutes(5), Reason = "HTTP 503" }, CliRun.Patience);
        await records.ChangeAsync("well", null, record => record with { LastDeliveryAt = now }, CliRun.Patience);
        await records.ChangeAsync("closed", null, record => record with { Failures = 1, NeedsAttention = true, FailingSinceAt = now.AddMinutes(-5), Reason = "HTTP 403" }, CliRun.Patience);
        for (var batch = 0; batch < 11; batch++)
        {
            await new MessageQueue(run.Storage.ShipQueue).SendAsync(BinaryData.FromString("{}"), TimeSpan.Zero, CliRun.Patience);
        }

        Assert.StartsWith("Nothing runs: the scheduler has never ticked.", (await run.DoneAsync("status")).Output, StringComparison.Ordinal);
        await TickAsync(run, now);
        var json = (await run.DoneAsync("status", "--json")).Json;
        Assert.Equal(
            ["closed refused 0 HTTP 403", "down failing 11 HTTP 503", "unused neverUsed 0 ", "well ok 0 "],
            json.GetProperty("destinations").EnumerateArray().Select(row => $"{row.GetProperty("destination")} {row.GetProperty("state")} {row.GetProperty("waiting")} {row.GetProperty("error")}"));
        Assert.Equal(
            ["free neverPolled ", "held blocked 11 batches wait for destination 'down', more than 10; the vendor keeps the events meanwhile"],
            json.GetProperty("partitions").EnumerateArray().Select(row => $"{row.GetProperty("source")} {row.GetProperty("state")} {row.GetProperty("error")}").Order(StringComparer.Ordinal));
        Assert.Equal(now, json.GetProperty("lastTick").GetDateTimeOffset());
        var text = (await run.DoneAsync("status")).Output;
        Assert.Contains("failing since", text, StringComparison.Ordinal);
        Assert.Contains("blocked by destination", text, StringComparison.Ordinal);
        string[] lines = text.Split('\n');
        Assert.Equal("  HTTP 503", lines[Array.FindIndex(lines, line => line.StartsWith("down", StringComparison.Ordinal)) + 1]);
    }

    [Fact]
    public async Task Without_ticks_nothing_claims_to_be_well()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var now = TimeProvider.System.GetUtcNow();
        var status = new PartitionStatus { LastPollAt = now.AddMinutes(-12), LastFetchAt = now.AddMinutes(-12), Events = 1 };
        Assert.NotNull(await new CheckpointStore(run.Storage).TryWriteAsync(new PartitionId("okta-prod", PartitionId.Single), new Checkpoint { MarkAt = now.AddMinutes(-15), Status = status, WriteId = "x" }, null, CliRun.Patience));
        await TickAsync(run, now.AddMinutes(-12));

        var json = (await run.DoneAsync("status", "--json")).Json;
        Assert.Equal("overdue", json.GetProperty("partitions")[0].GetProperty("state").GetString());
        Assert.StartsWith("nothing runs: last tick 12m", json.GetProperty("attention")[0].GetString(), StringComparison.Ordinal);
        var check = await run.RunAsync("status", "--check");
        Assert.Equal(1, check.ExitCode);
        Assert.StartsWith("Nothing runs: last tick 12m", check.Output, StringComparison.Ordinal);
        Assert.Contains("nothing runs", check.Error, StringComparison.Ordinal);

        await TickAsync(run, now);
        Assert.Equal((0, ""), await run.RunAsync("status", "--check") is var well ? (well.ExitCode, well.Error) : default);
    }

    /// <summary>The pause that the docs recommend for a fleet that is polled every five minutes.</summary>
    [Theory]
    [InlineData("0 */5 * * * *", 5.5, true)]
    [InlineData("0 */5 * * * *", 7, false)]
    [InlineData("*/5 * * * * *", 1.5, true)]
    [InlineData(null, 1.5, true)]
    [InlineData(null, 2.1, false)]
    public async Task How_old_a_tick_may_be_follows_from_how_often_the_app_ticks(string? cron, double minutes, bool isRunning)
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var now = TimeProvider.System.GetUtcNow();
        var status = new PartitionStatus { LastPollAt = now.AddMinutes(-minutes), LastFetchAt = now.AddMinutes(-minutes), Events = 1 };
        Assert.NotNull(await new CheckpointStore(run.Storage).TryWriteAsync(new PartitionId("okta-prod", PartitionId.Single), new Checkpoint { MarkAt = now.AddMinutes(-15), Status = status, WriteId = "x" }, null, CliRun.Patience));
        var app = new ConfigurationBuilder().AddInMemoryCollection([new("ScheduleCron", cron), new("AzureWebJobsStorage", "UseDevelopmentStorage=true")]).Build();
        await using var services = Installation.Services(app, TimeProvider.System);
        await new TickRow(run.Storage, services.GetRequiredService<TickPace>()).WriteAsync(new LastTick(now.AddMinutes(-minutes), null, default), CliRun.Patience);

        var check = await run.RunAsync("status", "--check");

        Assert.Equal((isRunning ? 0 : 1, isRunning), (check.ExitCode, !check.Output.Contains("Nothing runs", StringComparison.Ordinal)));
        Assert.Equal(isRunning, !check.Output.Contains("not polled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Status_shows_what_is_asked_for()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        await TickAsync(run, TimeProvider.System.GetUtcNow());
        var json = (await run.DoneAsync("status", "--json", "--state", "neverPolled", "--source", "okta-prod")).Json;
        Assert.Equal("okta-prod", Assert.Single(json.GetProperty("partitions").EnumerateArray()).GetProperty("source").GetString());
        Assert.Empty(json.GetProperty("destinations").EnumerateArray());
        Assert.Empty((await run.DoneAsync("status", "--json", "--state", "failing")).Json.GetProperty("partitions").EnumerateArray());
        Assert.StartsWith("No source is in such a state.\n", (await run.DoneAsync("status", "--state", "failing")).Output, StringComparison.Ordinal);

        var unknown = await run.RunAsync("status", "--source", "okta-prid");
        Assert.Equal((1, true), (unknown.ExitCode, unknown.Error.Contains("There is no source 'okta-prid'; sources: okta-prod", StringComparison.Ordinal)));
        var odd = await run.RunAsync("status", "--state", "odd");
        Assert.Equal((2, true), (odd.ExitCode, odd.Error.Contains("'odd' is none of ok, idle", StringComparison.Ordinal)));
    }

    private static async Task TickAsync(CliRun run, DateTimeOffset at)
    {
        var ticks = new TickRow(run.Storage);
        await ticks.WriteAsync(await ticks.ReadAsync(CliRun.Patience) with { At = at }, CliRun.Patience);
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
