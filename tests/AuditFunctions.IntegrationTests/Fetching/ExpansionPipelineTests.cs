using System.Collections.Concurrent;
using System.Globalization;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A source that lists items and asks for each, through the whole pipeline.</summary>
public sealed class ExpansionPipelineTests
{
    private const string ListedAt = "2026-01-01T00:30:00Z";

    private readonly List<string> _items = [];
    private readonly Dictionary<string, int> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _statuses = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _asked = new();
    private Action<string> _onAsked = _ => { };

    [Fact]
    public async Task A_run_whose_budget_ends_in_the_middle_of_a_list_goes_on_there()
    {
        // A page each: the odd ones are large, and two small ones never stand side by side.
        Publish([.. Enumerable.Range(0, 9).Select(at => at % 2 == 0 ? 3 : 6_000)]);
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, concurrency: 1, ("Fetching:MaxPages", "1"));

        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));

        AssertAllOnce(stage);

        // What was asked for ahead when the budget was spent is asked for again.
        Assert.Equal(_items, _asked.Where(path => path != "list").Distinct());
        Assert.InRange(_asked.Count(path => path != "list"), 9, 27);
        Assert.True(_asked.Count(path => path == "list") > 4, "The list was not asked for by a run each.");
        Assert.Equal(DateTimeOffset.Parse(ListedAt, CultureInfo.InvariantCulture), (await stage.Harness.CheckpointAsync(Stage.Source)).MarkAt);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_run_that_breaks_off_in_the_middle_of_a_list_is_gone_on_with_by_another_instance(int concurrency)
    {
        Publish([.. Enumerable.Range(0, 9).Select(at => at % 2 == 0 ? 3 : 6_000)]);
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, concurrency);
        using var stop = new CancellationTokenSource();
        _onAsked = path => (path == _items[7] ? stop : null)?.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.Harness.FetchAsync(Stage.Source, stop.Token));
        var broken = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.NotNull(broken.Cursor);
        Assert.Null(broken.MarkAt);
        _asked.Clear();

        _onAsked = _ => { };
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await using var another = stage.Harness.Another();
        Assert.Equal(FetchOutcome.CaughtUp, await another.FetchAndShipAsync(Stage.Source));

        AssertAllOnce(stage);
        Assert.DoesNotContain(_items[0], _asked);
        Assert.Contains(_items[8], _asked);
    }

    [Fact]
    public async Task An_item_that_is_gone_is_reported_and_stops_neither_the_others_nor_the_mark()
    {
        Publish([3, 3, 3]);
        _statuses[_items[1]] = 404;
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor);

        await stage.Harness.FetchAndShipAsync(Stage.Source);

        Assert.Equal(6, stage.Siem.Received);
        Assert.Contains("has no more are passed over (1)", Assert.Single(stage.Harness.Log.Of(2024)), StringComparison.Ordinal);
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((DateTimeOffset.Parse(ListedAt, CultureInfo.InvariantCulture), 0), (checkpoint.MarkAt, checkpoint.Status.Failures));
    }

    [Fact]
    public async Task Many_items_that_are_gone_before_anything_came_are_a_mistake_of_the_template()
    {
        Publish([.. Enumerable.Repeat(1, 10)]);
        _items.ForEach(item => _statuses[item] = 404);
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor);

        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Null(checkpoint.MarkAt);
        Assert.Contains("check 'expand.request'", checkpoint.Status.LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(400)]
    [InlineData(403)]
    public async Task An_item_that_fails_keeps_the_mark_and_its_place_until_it_is_good(int status)
    {
        Publish([3, 3, 3]);
        _statuses[_items[1]] = status;
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor);
        for (var poll = 0; poll < 5; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        }

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((3, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Null(checkpoint.MarkAt);
        Assert.Contains("item 2 of 3 of a page of the list", checkpoint.Status.LastError, StringComparison.Ordinal);
        Assert.Equal(1, _asked.Count(path => path == _items[0]));

        _statuses.Clear();
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        AssertAllOnce(stage);
        Assert.NotNull((await stage.Harness.CheckpointAsync(Stage.Source)).MarkAt);
    }

    [Fact]
    public async Task What_is_listed_again_within_the_overlap_is_not_sent_again_however_old_its_events_are()
    {
        Publish([3, 6_000]);
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor, concurrency: 1);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        _asked.Clear();

        await stage.Harness.FetchAndShipAsync(Stage.Source);

        Assert.Equal(["list", .. _items], _asked);
        AssertAllOnce(stage);
    }

    private static async Task<Stage> StageAsync(ScriptedServer vendor, int concurrency = 4, params (string Setting, string Value)[] settings)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions(), settings);
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            ("definition", $$"""
                baseUrl: {{vendor.BaseUrl}}
                request: { path: /list, query: { from: "{from}", to: "{to}" } }
                expand: { concurrency: {{concurrency}}, request: { url: "{item.link}" }, time: created }
                id: id
                time: time
                order: ascending
                """),
            ("interval", "1m"),
            ("overlap", "1h"),
            ("since", "2026-01-01T00:00:00Z"),
            ("destination", Stage.Destination));
        return stage;
    }

    private void Publish(int[] counts)
    {
        for (var item = 0; item < counts.Length; item++)
        {
            _items.Add($"/item{item}");
            _events[$"/item{item}"] = counts[item];
        }
    }

    // The events are hours older than their item.
    private IEnumerable<(string Id, string Json)> EventsOf(string item) => Enumerable.Range(0, _events[item])
        .Select(at => ($"{item[1..]}-{at}", Listed.Of($"{item[1..]}-{at}", new DateTimeOffset(2025, 12, 31, 18, 0, 0, TimeSpan.Zero).AddSeconds(at)).Json));

    private void AssertAllOnce(Stage stage)
    {
        string[] expected = [.. _items.SelectMany(EventsOf).Select(one => one.Id)];
        Assert.DoesNotContain(expected, id => stage.Siem.CountOf(id) != 1);
        Assert.Equal((expected.Length, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    private Task<ScriptedServer> StartAsync() => ScriptedServer.StartAsync(request =>
    {
        var path = request.PathAndQuery.Split('?')[0];
        _asked.Enqueue(path == "/list" ? "list" : path);
        _onAsked(path);
        return path == "/list" ? new(200, $"[{string.Join(',', _items.Select(item => $$"""{"link":"{{item}}","created":"{{ListedAt}}"}"""))}]")
            : _statuses.TryGetValue(path, out var status) ? new(status, "")
            : new(200, $"[{string.Join(',', EventsOf(path).Select(one => one.Json))}]");
    });
}
