using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Repeats;
using AuditFunctions.Sources.Reading;
using AuditFunctions.Tests.Support;
using EventKey = AuditFunctions.Events.EventKey;

namespace AuditFunctions.Tests.Fetching;

/// <summary><c>dedupe</c> with <c>within</c> in the whole pipeline: over pages, polls, hosts and stops one event of each stretch of time goes on.</summary>
public sealed class RepeatPipelineTests
{
    private const string List = "[ { action: dedupe, name: once, paths: [kind], within: 10m } ]";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 41, 0, TimeSpan.Zero);

    [Fact]
    public async Task One_event_of_a_stretch_goes_on_over_pages_polls_and_hosts()
    {
        // In pages of two: the stretch 00:40 to 00:50, and the one behind it.
        await using var vendor = await ListVendor.StartAsync([One("a", 0, "x"), One("b", 1, "y"), One("c", 2, "x"), One("d", 3, "x"), One("e", 540, "x"), One("f", 541, "y")]);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        (string, string)[] columns = vendor.Columns(stage, more: [("processors", List), ("pageSize", "2"), ("overlap", "30m")]);
        await stage.Harness.AddSourceAsync(Stage.Source, columns);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal("a b e f", Arrived(stage.Siem));

        // Another host; events that come late, in each of the stretches, and the first of a new one.
        vendor.Events.InsertRange(1, [One("late-x", 0, "x"), One("late-z", 0, "z")]);
        vendor.Events.AddRange([One("late-y", 600, "y"), One("g", 1_140, "x"), One("h", 1_141, "x")]);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await using var other = stage.Harness.Another();
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Equal("a b e f g late-z", Arrived(stage.Siem));
        Assert.Equal("once=5", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.Dropped.ToString());

        // An edited entry begins anew, and so does another name; what was sent is not sent again.
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", List.Replace("kind", "kind, more", StringComparison.Ordinal)), ("overlap", "30m")]));
        vendor.Events.Add(One("i", 1_142, "x"));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Equal("a b e f g i late-z", Arrived(stage.Siem));
    }

    /// <summary>An event without a time that says something is told apart within its page only; one without the fields always goes on.</summary>
    [Fact]
    public async Task Events_without_a_time_or_without_the_fields_are_never_taken_for_those_of_another_page()
    {
        await using var vendor = await ListVendor.StartAsync(
        [
            One("a", 0, "x"), new Listed(Start, """{"id":"no-time","kind":"x"}"""), new Listed(Start, """{"id":"no-time-again","kind":"x"}"""), Listed.Of("far", Start, written: Start.AddYears(70), more: ",\"kind\":\"x\""),
            new Listed(Start.AddSeconds(1), """{"id":"old","kind":"x","time":"1969-12-31T00:00:00Z"}"""), Listed.Of("b", Start.AddSeconds(2)), Listed.Of("c", Start.AddSeconds(3)),
        ]);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", List)]));
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        // Of the first page one event stands for all whose time says nothing.
        Assert.Equal("a b c no-time", Arrived(stage.Siem));
        vendor.Events.AddRange([new Listed(Start.AddMinutes(8), """{"id":"no-time-2","kind":"x"}"""), One("d", 500, "x"), One("e", 501, "w")]);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal("a b c e no-time no-time-2", Arrived(stage.Siem));
    }

    [Fact]
    public async Task A_routes_own_memory_and_that_of_all_do_not_mix()
    {
        await using var vendor = await ListVendor.StartAsync([One("a", 0, "x"), One("b", 1, "y"), One("c", 2, "x")]);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await using var archive = await SandboxSiem.StartAsync(new SandboxSiemOptions { KeepEvents = true }, Stage.Deadline());
        await stage.Harness.AddDestinationAsync("archive", ("type", "splunk-hec"), ("url", archive.BaseUrl.AbsoluteUri), ("token", "secret:siem"));
        (string, string)[] more = [("routes", $"{{ splunk: {List}, archive: {List.Replace("kind", "time", StringComparison.Ordinal)} }}"), ("destination", "splunk, archive"), ("pageSize", "2")];
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: more));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        vendor.Events.Add(One("d", 3, "y"));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(("a b", "a b c d"), (Arrived(stage.Siem), Arrived(archive)));
    }

    /// <summary>A process loses its storage at one of the writes to the checkpoint; another goes on, and finds what the first had committed, and no more.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_stop_at_a_commit_neither_loses_the_one_event_nor_sends_another(int commits)
    {
        // Each kind is said in each of three pages.
        await using var vendor = await ListVendor.StartAsync(Enumerable.Range(0, 250).Select(at => One($"e{at:000}", at, $"k{at % 80}")));
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), storage.Setting);
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", List)]));
        await storage.DieAsync(commits, Calls.IsCommit, () => stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(20));
        await using var other = stage.Harness.Another();
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Equal(string.Join(' ', Enumerable.Range(0, 80).Select(at => $"e{at:000}")), Arrived(stage.Siem));
        Assert.Equal("once=170", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.Dropped.ToString());
    }

    /// <summary>More than the checkpoint row holds: what left it is looked up in its segments, and the page begun again.</summary>
    [Fact]
    public async Task What_left_the_row_is_found_in_the_segments()
    {
        const int Many = 45_000;
        await using var harness = await PipelineHarness.CreateAsync(TimeProvider.System);
        var partition = new PartitionId("acme", PartitionId.Single);
        var (memory, ids) = (new SeenMemory(partition, harness.Get<SeenStore>()), new RecentIds());
        for (var at = 0; at < Many; at++)
        {
            ids.Add(Of(at).Key, Of(at).Seconds);
        }

        var leaving = ids.MakeRoom(Start.AddDays(-1), out _);
        var seen = await memory.AddAsync(null, "epoch", leaving, Start.AddDays(-1), Start.AddHours(13), default);
        var page = new RepeatMemory(ids, new SeenMemory(partition, harness.Get<SeenStore>()), seen, Start.AddDays(1)).Page();
        Assert.All(Enumerable.Range(0, Many + 10), at => page.IsSaid(Of(at)));
        Assert.InRange(page.Wanted.Count, leaving.Count, leaving.Count + 10);
        await new RepeatMemory(ids, memory, seen, Start.AddDays(1)).LoadAsync(page, default);
        Assert.Empty(page.Wanted);
        page.Begin();
        Assert.Equal(10, Enumerable.Range(0, Many + 10).Count(at => !page.IsSaid(Of(at))));
        Assert.Equal(10, page.Added.Count);

        static Repeat Of(int at) => new(EventKey.FromFields(BitConverter.GetBytes(at)), (uint)Start.AddSeconds(at).ToUnixTimeSeconds());
    }

    /// <summary>What a stretch of a day says is not let go while one of its events can still come.</summary>
    [Fact]
    public void Ids_are_kept_for_as_long_as_a_stretch_may_get_events()
    {
        var list = new ProcessorsReader(new ProcessorFacts("acme", "", ""), new Dictionary<string, SecretName>())
            .ReadFile("[ { action: dedupe, paths: [kind], within: 1d }, { action: dedupe, paths: [more], within: 1h } ]", "list", new Problems());
        var plain = Model.FetchModelTests.Definition;
        var routed = plain with { Routes = new Dictionary<string, ProcessorList> { ["siem"] = list! } };
        var checkpoint = new Checkpoint { MarkAt = Start };
        var horizon = FetchSteps.HorizonOf(checkpoint, plain, Start.AddMinutes(5));
        Assert.Equal([horizon.AddDays(-1), horizon.AddDays(-1)], [FetchSteps.HorizonOf(checkpoint, plain with { Processors = list }, Start.AddMinutes(5)), FetchSteps.HorizonOf(checkpoint, routed, Start.AddMinutes(5))]);
    }

    private static Listed One(string id, int seconds, string kind) => Listed.Of(id, Start.AddSeconds(seconds), more: $",\"kind\":\"{kind}\"");

    private static string Arrived(SandboxSiem siem) => string.Join(' ', siem.RawEvents.Select(IdOf).Order(StringComparer.Ordinal));

    private static string IdOf(byte[] raw)
    {
        var text = Encoding.UTF8.GetString(raw);
        var start = text.IndexOf("\"id\":\"", StringComparison.Ordinal) + 6;
        return text[start..text.IndexOf('"', start)];
    }
}
