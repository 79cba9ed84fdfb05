using System.Text;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources.Paging.Cursor;
using AuditFunctions.Tests.Support;
using Azure.Storage.Blobs;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Bad events and bad pages through the whole pipeline: what is good arrives, what is not is kept, and the source says so.</summary>
public sealed class BrokenPageTests
{
    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Events_that_are_no_json_are_kept_once_and_all_others_arrive_once(string order)
    {
        byte[] spoilt = [.. "{\"id\":\"bad\",\"x\":\""u8, 0xff, .. "\"}"u8];
        var options = new SandboxVendorOptions { Events = 250, ReplaceEvent = number => number switch { 7 => spoilt, 120 => "{\"id\":nope}"u8.ToArray(), _ => null } };
        await using var stage = await Stage.WithWindowsAsync(options, order);
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal((248, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        var kept = await DeadLettersAsync(stage);
        Assert.Equal([Encoding.Latin1.GetString(spoilt), "{\"id\":nope}"], kept.Where(blob => blob.Name.EndsWith(".txt", StringComparison.Ordinal)).Select(blob => Encoding.Latin1.GetString(blob.Bytes)).Order(StringComparer.Ordinal));
        Assert.All(kept.Where(blob => blob.Name.EndsWith(".json", StringComparison.Ordinal)), blob => Assert.Contains("of its page is no JSON", Encoding.UTF8.GetString(blob.Bytes), StringComparison.Ordinal));
        Assert.All(kept, blob => Assert.StartsWith("20260101/acme/_event/", blob.Name, StringComparison.Ordinal));
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError);

        // Listed again inside the overlap, they are known.
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal(2, stage.Harness.Log.Of(2011).Count);
        Assert.DoesNotContain("nope", string.Join('\n', stage.Harness.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_was_cut_off_and_closed_on_its_way_is_asked_for_again_and_loses_nothing()
    {
        // What it lacks would be passed over: the answer looks like a page with one bad event.
        const string Whole = """{"data":[{"id":"a","time":"2026-01-01T00:00:01Z"},{"id":"b","time":"2026-01-01T00:00:02Z"},{"id":"c","time":"2026-01-01T00:00:03Z"}]}""";
        const string Closed = """{"data":[{"id":"a","time":"2026-01-01T00:00:01Z"},{"id":"b","time":!}]}""";
        var asked = 0;
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, Interlocked.Increment(ref asked) <= 2 ? Closed : Whole));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("Fetching:MaxRetries", "3"));
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor));

        var fetch = stage.Harness.FetchAndShipAsync(Stage.Source);
        for (var again = 1; again <= 2; again++)
        {
            await Stage.UntilAsync(() => stage.Harness.Log.Of(2002).Count == again);

            // As long as the wait may be and no longer: the next one must not come to its end too.
            var wait = TimeSpan.FromSeconds(0.5) * again;
            await stage.Harness.Clock.WhenDueWithinAsync(wait, Stage.Deadline());
            stage.Harness.Clock.Advance(wait);
        }

        Assert.Equal(FetchOutcome.CaughtUp, await fetch);
        Assert.Contains("of its page is no JSON", stage.Harness.Log.Of(2002)[0], StringComparison.Ordinal);
        Assert.Empty(await DeadLettersAsync(stage));
        Assert.Equal((3, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Fact]
    public async Task A_page_that_stays_broken_is_kept_whole_once_and_what_stands_before_its_fault_arrives_once()
    {
        const string Broken = """{"data":[{"id":"a","time":"2026-01-01T00:00:01Z"},{"id":"b","time":"2026-01-01T00:00:02Z"},{"id":"c" """;
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, Broken));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor));
        for (var poll = 1; poll <= 6; poll++)
        {
            Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
            await stage.Harness.ShipAllAsync();
            var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
            Assert.Equal((poll, (DateTimeOffset?)null, false), (checkpoint.Status.Failures, checkpoint.MarkAt, checkpoint.IsLeased(stage.Harness.Time.GetUtcNow())));
            Assert.Contains("is not what the template says", checkpoint.Status.LastError, StringComparison.Ordinal);
            Assert.Equal(poll >= 3, checkpoint.Status.LastError!.Contains("; kept as dead letter '20260101/acme/_page/", StringComparison.Ordinal));
            Assert.Equal((poll < 3 ? 0 : 2, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
            Assert.Equal(poll < 3 ? 0 : 2, (await DeadLettersAsync(stage)).Count);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(Broken, (await DeadLettersAsync(stage)).Single(blob => blob.Name.EndsWith(".gz", StringComparison.Ordinal)).Text);
        Assert.Single(stage.Harness.Log.Of(2012));
    }

    [Fact]
    public async Task A_page_of_another_kind_that_stays_is_kept_once_whatever_the_words_of_its_reason()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, "<html>Please log in</html>"));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, Columns(stage, vendor));
        for (var poll = 1; poll <= 5; poll++)
        {
            Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
            var status = (await stage.Harness.CheckpointAsync(Stage.Source)).Status;
            Assert.Equal((FailureKind.UnreadablePage, poll >= 3), (status.Failure, status.KeptPage is not null));
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Single(stage.Harness.Log.Of(2012));
    }

    [Fact]
    public async Task A_page_that_is_whole_again_goes_on_where_it_was()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 500, Faults = new FaultPlan().When(path => path.Contains("cursor=", StringComparison.Ordinal), new Fault.Truncated(LengthOfWhole: false), 5) });
        for (var poll = 0; poll < 5; poll++)
        {
            Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAsync(Stage.Source));
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.AssertAllOnce();
        Assert.Single((await DeadLettersAsync(stage)), blob => blob.Name.EndsWith(".gz", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Spoilt_pages_over_http_neither_throw_nor_lose_nor_double_an_event()
    {
        var random = new Random(5);
        var source = SamplePages.Sources.Single(one => one.Template.Length == 0 && one.Paging.Kind is CursorPaging);
        byte[] page = [];
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, "") { Bytes = page });
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, ("destination", Stage.Destination), ("baseUrl", vendor.BaseUrl), ("since", "2026-01-01T00:00:00Z"),
            ("definition", "{ events: { path: deep.list }, id: id, time: at, request: { path: /x }, paging: { kind: none } }"));
        var ends = new HashSet<FetchOutcome>();
        for (var round = 0; round < 60; round++)
        {
            page = Mutation.Of(SamplePages.Draw(source, random).Page, random);
            ends.Add(await stage.Harness.FetchAsync(Stage.Source));
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        await stage.Harness.ShipAllAsync();
        Assert.Superset(new HashSet<FetchOutcome> { FetchOutcome.BackedOff, FetchOutcome.CaughtUp }, ends);
        Assert.Equal(0L, stage.Siem.Duplicates);
        Assert.NotEqual(0, stage.Siem.Received);
        Assert.Empty(stage.Harness.Log.Of(2010));
        Assert.False((await stage.Harness.CheckpointAsync(Stage.Source)).IsLeased(stage.Harness.Time.GetUtcNow()));
    }

    internal static (string Column, string Value)[] Columns(Stage stage, ScriptedServer vendor, params (string Column, string Value)[] more) =>
        [.. stage.GenericColumns("asc", [("url", $"{vendor.BaseUrl}/generic"), .. more])];

    internal static async Task<IReadOnlyList<(string Name, byte[] Bytes, string Text)>> DeadLettersAsync(Stage stage)
    {
        var found = new List<(string, byte[], string)>();
        BlobContainerClient container = stage.Harness.Storage.DeadLetters;
        await foreach (var blob in container.GetBlobsAsync())
        {
            var bytes = (await container.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content.ToArray();
            using var reader = new StreamReader(blob.Name.EndsWith(".gz", StringComparison.Ordinal)
                ? new System.IO.Compression.GZipStream(new MemoryStream(bytes), System.IO.Compression.CompressionMode.Decompress)
                : new MemoryStream(bytes));
            found.Add((blob.Name, bytes, await reader.ReadToEndAsync()));
        }

        return found;
    }
}
