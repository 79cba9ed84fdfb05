using System.Text.Json;
using AuditFunctions.Operations.Cost;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Cli;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Cost;

/// <summary><c>auditfn cost</c>, described and present.</summary>
public sealed class CostCommandTests
{
    // A year of 12 months of 730 hours; 12 polls an hour, and as many ticks.
    private const double Polls = 384 * 12 * 730;
    private const double Ticks = 12 * 730;

    [Fact]
    public async Task Worked_example_is_what_the_counts_give()
    {
        using var run = CliRun.Offline();
        string[] example = ["cost", "--partitions", "384", "--interval", "5m", "--events-per-day", "1000000", "--tick", "5m", "--json"];
        var bill = (await run.DoneAsync(example)).Json;
        var busy = Polls * (1 - Math.Exp(-1_000_000 / (Polls * 24 / 730)));
        var fetches = Ticks * 6; // all are due at a tick, and 64 share a message
        Near(Ticks + fetches, CountOf(bill, "executions"));
        Near(fetches, CountOf(bill, "messages sent"));
        Near(fetches, CountOf(bill, "messages deleted"));
        Near(fetches / 4, CountOf(bill, "messages received"));
        Near(busy, CountOf(bill, "table writes of deliveries"));
        Near(Ticks * (1 + (16 * (0.5 + (0.2 * busy / Polls)))) * 0.5, CountOf(bill, "GB-seconds")); // 24 at once, 0.5 s a poll and 0.2 s its delivery
        Near(2 * 6 * 730, CountOf(bill, "secrets read again"));
        Near(Ticks, CountOf(bill, "ticks remembered by the host"));
        Assert.Equal(0, CostOf(bill, "executions"));

        // Larger events: every batch goes through the queue, in a blob.
        var queued = (await run.DoneAsync([.. example, "--event-size", "50000"])).Json;
        Near(Ticks + fetches + busy, CountOf(queued, "executions"));
        Near((Ticks + fetches + busy - 250_000) * 0.4 / 1e6, CostOf(queued, "executions"));
        Near(fetches + busy, CountOf(queued, "messages sent"));
        Near(2 * busy, CountOf(queued, "table writes of deliveries"));
        Near(busy, CountOf(queued, "blobs written"));
        Assert.Equal(0, CountOf(bill, "blobs written"));
        var sum = bill.GetProperty("lines").EnumerateArray().Where(line => line.GetProperty("group").GetString() != CostGroup.Telemetry).Sum(line => line.GetProperty("cost").GetDecimal());
        Assert.Equal(sum, bill.GetProperty("total").GetDecimal());
    }

    [Fact]
    public async Task Page_shows_what_the_command_says()
    {
        using var run = CliRun.Offline();
        var page = DocsPage.Read("docs/cost.md");
        var block = page.CodeBlocks("text").First();
        string[] arguments = block[0]["$ auditfn ".Length..].Split(' ');
        var lines = (await run.DoneAsync(arguments)).Output.Split('\n').Select(Squeeze).ToHashSet(StringComparer.Ordinal);
        Assert.All(block.Skip(1).Where(line => line.Length > 0), line => Assert.Contains(Squeeze(line), lines));
        foreach (var row in page.Section("Sensitivity").Rows().Where(row => row[0].StartsWith("`cost", StringComparison.Ordinal)))
        {
            string[] options = row[0].Trim('`').Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var bill = (await run.DoneAsync([.. options, "--json"])).Json;
            Assert.Equal(row[1], bill.GetProperty("total").GetDecimal().ToString("0.00", System.Globalization.CultureInfo.InvariantCulture));
        }

        static string Squeeze(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Present_installation_is_read_from_its_rows_and_checkpoints_and_nothing_is_written()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Time = new ManualTime("2026-01-11T00:00:00Z");
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var status = new PartitionStatus { FirstPollAt = DateTimeOffset.Parse("2026-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), Events = 5_000, Batches = 200 };
        var store = new CheckpointStore(run.Storage);
        var partition = new PartitionId("okta-prod", PartitionId.Single);
        Assert.NotNull(await store.TryWriteAsync(partition, new Checkpoint { Status = status }, null, default));
        var before = (await store.ReadAsync(partition, default)).ETag;

        // Ten days.
        var work = (await run.DoneAsync("cost", "--present", "--json")).Json.GetProperty("work");
        Assert.Equal(500, work.GetProperty("events").GetDouble(), 6);
        Assert.Equal(2_880, work.GetProperty("polls").GetDouble(), 6);
        Assert.Equal(20, work.GetProperty("batches").GetDouble(), 6);
        Assert.Equal(before, (await store.ReadAsync(partition, default)).ETag);
    }

    [Fact]
    public async Task Present_installation_without_sources_says_what_to_do()
    {
        using var run = await CliRun.OnStorageAsync();
        var result = await run.RunAsync("cost");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("--sources", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Price_file_takes_the_place_of_the_built_in_prices()
    {
        using var run = CliRun.Offline();
        var prices = File.ReadAllText(Path.Combine(DocsPage.Root, "src/AuditFunctions.Operations/Cost/prices.json")).Replace("\"price\": 0.40", "\"price\": 4", StringComparison.Ordinal);
        run.Write("prices.json", prices);
        run.Write("poor.json", """{ "region": "x", "currency": "EUR", "date": "2026-01-01", "prices": {} }""");
        run.Write("bad.json", """{ "region": "x" """);
        run.Write("key.yaml", "token: s3cret\n");
        run.Write("part.json", """{ "region": "x" }""");
        string[] example = ["cost", "--sources", "384", "--events-per-day", "1000000", "--event-size", "50000", "--json"];
        var builtIn = CostOf((await run.DoneAsync(example)).Json, "executions");
        Near(builtIn * 10, CostOf((await run.DoneAsync([.. example, "--prices", "prices.json"])).Json, "executions"));
        Assert.Contains("no price 'executions'", (await run.RunAsync([.. example, "--prices", "poor.json"])).Error, StringComparison.Ordinal);
        Assert.Contains("bad.json", (await run.RunAsync([.. example, "--prices", "bad.json"])).Error, StringComparison.Ordinal);
        var mistaken = new[] { await run.RunAsync([.. example, "--prices", "key.yaml"]), await run.RunAsync([.. example, "--prices", "part.json"]) };
        Assert.All(mistaken, result => Assert.Contains("is no price file: it is JSON with 'region'", result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain(mistaken, result => result.Error.Contains("s3cret", StringComparison.Ordinal) || result.Error.Contains("AuditFunctions.", StringComparison.Ordinal));
        Assert.Contains("none.json", (await run.RunAsync([.. example, "--prices", "none.json"])).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sources", "0")]
    [InlineData("--sources", "many")]
    [InlineData("--memory", "1024")]
    [InlineData("--tick", "0s")]
    [InlineData("--interval", "often")]
    [InlineData("--messages-per-receive", "9")]
    [InlineData("--present --sources", "3")]
    [InlineData("--present --partitions", "3")]
    [InlineData("--sources 3 --partitions", "3")]
    public async Task Wrong_options_are_refused(string option, string value)
    {
        using var run = CliRun.Offline();
        var result = await run.RunAsync(["cost", .. option.Split(' '), value]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(option.Split(' ')[0], result.Error, StringComparison.Ordinal);
    }

    private static double CountOf(JsonElement bill, string item) => Line(bill, item).GetProperty("count").GetDouble();

    private static double CostOf(JsonElement bill, string item) => Line(bill, item).GetProperty("cost").GetDouble();

    private static JsonElement Line(JsonElement bill, string item) => bill.GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("item").GetString() == item);

    private static void Near(double expected, double actual) => Assert.InRange(actual, expected * 0.999_999, expected * 1.000_001);
}
