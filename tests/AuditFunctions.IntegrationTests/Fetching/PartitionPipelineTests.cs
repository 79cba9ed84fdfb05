using System.Globalization;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A source with partitions through the whole pipeline: scheduler, queue, look-up, fetch and SIEM.</summary>
public sealed class PartitionPipelineTests
{
    private const string LookedUp = """
        partitions:
          region: { request: { path: /regions }, path: data }
          unit: { request: { path: "/regions/{partition.region}/units" }, path: data, value: id }
        """;

    private readonly Dictionary<string, List<string>> _units = new(StringComparer.Ordinal) { ["eu"] = ["one", "a/b"], ["us"] = ["two"] };
    private readonly Dictionary<string, List<Listed>> _events = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private bool _throttles;

    [Fact]
    public async Task Every_partition_that_is_looked_up_is_fetched_once_and_keeps_its_own_place()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, LookedUp);
        Publish("eu/one", 3, stage);
        Publish("eu/a%2Fb", 4, stage);
        Publish("us/two", 5, stage);

        await TickAsync(stage);

        Assert.Equal((12, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Equal(["*", "eu/a%2Fb", "eu/one", "us/two"], await KeysAsync(stage));
        Publish("eu/a%2Fb", 2, stage);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        var before = vendor.Requests.Count;
        await TickAsync(stage);

        // The look-up is not due yet.
        Assert.Equal((14, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.DoesNotContain(vendor.Requests.Skip(before), request => request.PathAndQuery.StartsWith("/regions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_partition_that_fails_backs_off_alone()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, LookedUp);
        Publish("eu/one", 3, stage);
        Publish("us/two", 3, stage);
        _broken.Add("eu/one");

        await TickAsync(stage);

        Assert.Equal(3, stage.Siem.Received);
        Assert.Equal((1, 0), (await FailuresAsync(stage, "eu/one"), await FailuresAsync(stage, "us/two")));
        _broken.Clear();
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await TickAsync(stage);
        Assert.Equal((6, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Equal(0, await FailuresAsync(stage, "eu/one"));
    }

    [Fact]
    public async Task A_partition_that_is_gone_is_asked_no_more_and_goes_on_when_it_comes_back()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, LookedUp);
        Publish("us/two", 3, stage);
        await TickAsync(stage);
        _units["us"] = ["three"];
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await TickAsync(stage);
        var before = vendor.Requests.Count;
        Publish("us/two", 2, stage);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await TickAsync(stage);

        Assert.DoesNotContain(vendor.Requests.Skip(before), request => request.PathAndQuery.Contains("unit=two", StringComparison.Ordinal));
        Assert.Equal(PartitionHealth.Retired, (await StateAsync(stage, "us/two")).Health);
        Assert.Single(stage.Harness.Log.Of(2022), line => line.Contains("new or back again: 1;", StringComparison.Ordinal) && line.Contains("windows only: 1.", StringComparison.Ordinal));

        _units["us"] = ["two", "three"];
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await TickAsync(stage);
        Assert.Equal((5, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.NotEqual(PartitionHealth.Retired, (await StateAsync(stage, "us/two")).Health);
    }

    [Fact]
    public async Task A_look_up_that_fails_or_finds_nothing_keeps_the_partitions_that_are_known()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, LookedUp);
        Publish("eu/one", 1, stage);
        await TickAsync(stage);
        _units.Clear();
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        Publish("eu/one", 1, stage);

        await TickAsync(stage);

        Assert.Equal(2, stage.Siem.Received);
        Assert.Contains("lists no partitions", (await stage.Harness.Checkpoints.ReadAsync(PartitionId.DiscoveryOf(Stage.Source), Stage.Deadline())).Status.LastError, StringComparison.Ordinal);
        Assert.Equal(["*", "eu/a%2Fb", "eu/one", "us/two"], await KeysAsync(stage));
        Assert.NotEqual(PartitionHealth.Retired, (await StateAsync(stage, "eu/one")).Health);
    }

    [Fact]
    public async Task What_the_vendor_tells_one_partition_to_wait_all_wait()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, LookedUp);
        Publish("us/two", 3, stage);
        _throttles = true;

        await TickAsync(stage);

        Assert.Single(vendor.Requests, request => request.PathAndQuery.StartsWith("/events", StringComparison.Ordinal));
        Assert.All(await StatesAsync(stage, "eu/one", "eu/a%2Fb", "us/two"), state => Assert.Equal(PartitionHealth.Throttled, state.Health));
        _throttles = false;
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await TickAsync(stage);
        Assert.Equal(3, stage.Siem.Received);
    }

    [Fact]
    public async Task A_source_is_summarised_with_its_worst_partitions()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, Listed(string.Join(',', Enumerable.Range(0, 120).Select(number => $"u{number}"))));
        _broken.UnionWith(["u7", "u100"]);
        for (var poll = 0; poll < 4; poll++)
        {
            await TickAsync(stage);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        await TickAsync(stage);
        var status = await stage.Harness.Make<Operations.Status.StatusReader>().ReadAsync(Stage.Deadline());
        var group = Assert.Single(Operations.Status.SourceGroups.Of(status));
        Assert.Equal((120, true, false), (group.Partitions.Count, group.IsSummarised, group.IsWell));
        Assert.StartsWith("2 failing", group.States, StringComparison.Ordinal);
        Assert.Equal(["u100", "u7"], group.Worst.Select(report => report.Partition.Partition).Order(StringComparer.Ordinal));
        Assert.Contains(status.Attention, sentence => sentence.StartsWith("source acme: of 120 partitions 2 need attention", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("us/three")]
    [InlineData("default")]
    [InlineData("us")]
    [InlineData("us/../eu")]
    public async Task A_message_cannot_invent_a_partition(string key)
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, LookedUp);
        await TickAsync(stage);
        var before = vendor.Requests.Count;

        await stage.Harness.Fetch.HandleAsync(new FetchMessage(Stage.Source, [key], stage.Harness.Time.GetUtcNow()).ToWire().ToString(), Stage.Deadline());

        Assert.Equal(before, vendor.Requests.Count);
        Assert.DoesNotContain(key, await KeysAsync(stage));
    }

    [Fact]
    public async Task Listed_partitions_follow_the_row()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, Listed("eu/one, us/two"));
        Publish("eu%2Fone", 2, stage);
        Publish("us%2Ftwo", 2, stage);
        Publish("us%2Fthree", 2, stage);
        await TickAsync(stage);
        Assert.Equal(4, stage.Siem.Received);

        await stage.Harness.AddSourceAsync(Stage.Source, Columns(vendor, Listed("eu/one, us/three")));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await TickAsync(stage);

        Assert.Equal((6, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Equal(PartitionHealth.Retired, (await StateAsync(stage, "us%2Ftwo")).Health);
    }

    /// <summary>A row was without a partition for a day, and the daily sweep noted it as gone: named again, it is one like any other.</summary>
    [Fact]
    public async Task A_partition_that_the_row_names_again_keeps_its_place_for_good()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, Listed("one, two"));
        Publish("one", 2, stage);
        Publish("two", 2, stage);
        await TickAsync(stage);
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(vendor, Listed("one")));
        stage.Harness.Clock.Advance(TimeSpan.FromDays(1));
        await TickAsync(stage);
        var two = new PartitionId(Stage.Source, "two");
        Assert.NotNull((await stage.Harness.Checkpoints.ReadAsync(two, Stage.Deadline())).GoneAt);

        await stage.Harness.AddSourceAsync(Stage.Source, Columns(vendor, Listed("one, two")));
        for (var month = 0; month < 4; month++)
        {
            stage.Harness.Clock.Advance(TimeSpan.FromDays(31));
            await TickAsync(stage);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
            await TickAsync(stage);
        }

        Assert.Equal((4, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Null((await stage.Harness.Checkpoints.ReadAsync(two, Stage.Deadline())).GoneAt);
    }

    [Fact]
    public async Task A_partition_that_is_gone_is_read_to_the_end_of_a_window_that_is_read_in_parts()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, LookedUp);
        await TickAsync(stage);
        Publish("us/two", 2, stage);
        var two = new PartitionId(Stage.Source, "us/two");
        var now = stage.Harness.Time.GetUtcNow();
        var begun = await stage.Harness.Checkpoints.ReadAsync(two, Stage.Deadline());
        await stage.Harness.Checkpoints.TryWriteAsync(two, begun with { Split = new(now.AddHours(-1), now, TimeSpan.FromMinutes(20)), GoneAt = now }, null, Stage.Deadline());
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await TickAsync(stage);
        Assert.Equal(2, stage.Siem.Received);

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await TickAsync(stage);
        Assert.Null((await stage.Harness.Checkpoints.ReadAsync(two, Stage.Deadline())).Split);
        Assert.Equal(PartitionHealth.Retired, (await StateAsync(stage, "us/two")).Health);
    }

    private static string Listed(string values) => $"partitions: {{ unit: {{ values: \"{values}\" }} }}";

    private static (string Column, string Value)[] Columns(ScriptedServer vendor, string partitions) =>
    [
        ("definition", $$"""
            baseUrl: {{vendor.BaseUrl}}
            request:
              path: /events
              query: { {{(partitions.Contains("region", StringComparison.Ordinal) ? "region: \"{partition.region}\", " : "")}}unit: "{partition.unit}", from: "{from}", to: "{to}" }
            events: { path: data }
            id: id
            time: time
            order: ascending
            {{partitions}}
            """),
        ("interval", "1m"), ("since", "2026-01-01T00:00:00Z"), ("destination", Stage.Destination),
    ];

    private static async Task<Stage> StageAsync(ScriptedServer vendor, string partitions)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(vendor, partitions));
        return stage;
    }

    // A tick, and everything that follows from it.
    private static async Task TickAsync(Stage stage)
    {
        await stage.Harness.Schedule.TickAsync(Stage.Deadline());
        while (await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue) is { Count: > 0 } messages)
        {
            foreach (var message in messages)
            {
                await stage.Harness.Fetch.HandleAsync(message, Stage.Deadline());
            }
        }

        await stage.Harness.ShipAllAsync();
    }

    private static async Task<string[]> KeysAsync(Stage stage) =>
        [.. (await stage.Harness.Checkpoints.ListAsync(Stage.Source, Stage.Deadline())).Select(row => row.Partition.Partition).Order(StringComparer.Ordinal)];

    private static async Task<int> FailuresAsync(Stage stage, string key) => (await stage.Harness.Checkpoints.ReadAsync(new PartitionId(Stage.Source, key), Stage.Deadline())).Status.Failures;

    private static async Task<PartitionState> StateAsync(Stage stage, string key)
    {
        var status = await stage.Harness.Make<Operations.Status.StatusReader>().ReadAsync(Stage.Deadline());
        return status.Partitions.Single(report => report.Partition.Partition == key).State;
    }

    private static async Task<IReadOnlyList<PartitionState>> StatesAsync(Stage stage, params IReadOnlyList<string> keys)
    {
        var states = new List<PartitionState>();
        foreach (var key in keys)
        {
            states.Add(await StateAsync(stage, key));
        }

        return states;
    }

    private void Publish(string key, int count, Stage stage)
    {
        var events = _events.TryGetValue(key, out var known) ? known : _events[key] = [];
        for (var one = 0; one < count; one++)
        {
            events.Add(Support.Listed.Of($"{key}-{events.Count}", stage.Harness.Time.GetUtcNow().AddSeconds(-count + one)));
        }
    }

    private Task<ScriptedServer> StartAsync() => ScriptedServer.StartAsync(request =>
    {
        var url = new Uri("http://x" + request.PathAndQuery);
        var query = QueryHelpers.ParseQuery(url.Query);
        if (url.AbsolutePath == "/regions")
        {
            return Data(_units.Keys.Select(region => $"\"{region}\""));
        }

        if (url.AbsolutePath != "/events")
        {
            return Data(_units[url.AbsolutePath.Split('/')[2]].Select(unit => $$"""{"id":"{{unit}}"}"""));
        }

        var key = string.Join('/', new[] { "region", "unit" }.Where(query.ContainsKey).Select(name => query[name].ToString().Replace("/", "%2F", StringComparison.Ordinal)));
        var (from, to) = (Instant(query["from"]!), Instant(query["to"]!));
        return _throttles ? new(429, "", ("Retry-After", "300"))
            : _broken.Contains(key) ? new(500, "")
            : Data(_events.GetValueOrDefault(key, []).Where(one => one.At >= from && one.At < to).Select(one => one.Json));
    });

    private static ScriptedServer.Reply Data(IEnumerable<string> items) => new(200, $$"""{"data":[{{string.Join(',', items)}}]}""");

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
