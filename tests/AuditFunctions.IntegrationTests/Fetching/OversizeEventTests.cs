using System.Text;
using System.Text.Json;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>An event that is larger than its destination takes stops nothing, and is not lost.</summary>
public sealed class OversizeEventTests
{
    private const string Large = "large-1";

    [Theory]
    [InlineData("array")]
    [InlineData("envelope")]
    [InlineData("ndjson")]
    public async Task By_default_it_goes_to_the_dead_letters_before_the_checkpoint_and_the_others_are_delivered(string body)
    {
        await using var stage = await StartAsync(("body", body));
        var large = await PageAsync(stage);
        await stage.Harness.FetchAndShipAsync("acme");
        Assert.Equal((3, 0, 0L), (stage.Siem.Received, stage.Siem.CountOf(Large), stage.Siem.Duplicates));
        var letter = Assert.Single(await LettersAsync(stage));
        Assert.Equal((Large, 1, null), (letter.Note.EventId, letter.Note.Events, letter.Note.StatusCode));
        Assert.Contains("larger than a body may be, 1,000 bytes", letter.Note.Reason, StringComparison.Ordinal);
        var kept = Assert.Single(DeadLetterEvents.Read(letter.Note, await stage.Harness.Get<DeadLetterStore>().ReadBodyAsync(letter.Name, default))!);
        Assert.Equal(large, Encoding.UTF8.GetString(kept.Bytes.Span));
        Assert.Single(stage.Harness.Log.Of(2020));

        // Sent again it is still too large; it arrives when a larger body is allowed and it is sent again.
        Assert.Contains("larger than a body", await stage.Harness.Make<DeadLetterRetry>().SendAsync(letter, default), StringComparison.Ordinal);
        await AddDestinationAsync(stage, ("body", body), ("maxBodyBytes", "100000"));
        Assert.Null(await stage.Harness.Make<DeadLetterRetry>().SendAsync(letter, default));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Harness.ShipAllAsync();
        Assert.Equal((4, 1), (stage.Siem.Received, stage.Siem.CountOf(Large)));
        Assert.Empty(await LettersAsync(stage));
    }

    [Theory]
    [InlineData("array")]
    [InlineData("envelope")]
    [InlineData("ndjson")]
    public async Task With_cut_a_marker_takes_its_place(string body)
    {
        await using var stage = await StartAsync(("body", body), ("oversize", "cut"));
        var large = await PageAsync(stage);
        await stage.Harness.FetchAndShipAsync("acme");
        Assert.Empty(await LettersAsync(stage));
        Assert.Equal((4, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.All(stage.Siem.Batches, batch => Assert.InRange(batch.Bytes, 1, 1_000));
        Assert.Equal(1_000, stage.Siem.Batches.Max(batch => batch.Bytes), 8d);
        var marker = stage.Siem.RawEvents.Select(raw => JsonDocument.Parse(raw).RootElement).Select(root => root.TryGetProperty("event", out var inner) ? inner : root)
            .Single(root => root.TryGetProperty("auditfunctions_cut", out _));
        Assert.Equal((Large, large.Length, "2026-01-01T00:10:00.0000000Z"), (marker.GetProperty("id").GetString(), marker.GetProperty("bytes").GetInt32(), marker.GetProperty("time").GetString()));
        Assert.StartsWith(marker.GetProperty("start").GetString()!, large, StringComparison.Ordinal);
        Assert.Single(stage.Harness.Log.Of(2021));
    }

    [Fact]
    public async Task Page_that_is_fetched_twice_keeps_it_once()
    {
        await using var stage = await StartAsync();
        await PageAsync(stage);
        await stage.Harness.FetchAsync("acme");
        await stage.Harness.Checkpoints.RemoveAsync("acme", default);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Harness.FetchAndShipAsync("acme");
        Assert.Equal((3, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Single(await LettersAsync(stage));
        Assert.Single(stage.Harness.Log.Of(2020));
    }

    private static Task<WebStage> StartAsync(params (string Column, string Value)[] more) => WebStage.StartAsync(stage => AddDestinationAsync(stage, more));

    private static Task AddDestinationAsync(WebStage stage, params (string Column, string Value)[] more)
    {
        (string Column, string Value)[] columns =
            [("type", "http"), ("url", new Uri(stage.Siem.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"), ("maxBodyBytes", "1000"), .. more];
        return stage.Harness.AddDestinationAsync("web", [.. columns.GroupBy(column => column.Column).Select(group => group.Last())]);
    }

    private static async Task<string> PageAsync(WebStage stage)
    {
        string Event(string id, int pad) => $$"""{"id":"{{id}}","time":"2026-01-01T00:10:00Z","pad":"{{new string('x', pad)}}"}""";
        var large = Event(Large, 3_000);
        stage.Page = $$"""{"data":[{{Event("a", 500)}},{{large}},{{Event("b", 10)}},{{Event("c", 700)}}],"next_cursor":null}""";
        await stage.Harness.AddSourceAsync(
            "acme",
            ("template", "http-json"), ("url", stage.Vendor.BaseUrl + "/log"), ("query", "from={from}&to={to}&cursor={cursor}"), ("auth", "bearer"), ("token", "secret:vendor"),
            ("events", "data"), ("id", "id"), ("time", "time"), ("order", "ascending"), ("paging", "cursor"), ("next", "next_cursor"),
            ("since", "2026-01-01T00:00:00Z"), ("destination", "web"));
        return large;
    }

    private static async Task<List<DeadLetter>> LettersAsync(WebStage stage)
    {
        var letters = new List<DeadLetter>();
        await foreach (var letter in stage.Harness.Get<DeadLetterStore>().ListAsync(new DeadLetterFilter(), default))
        {
            letters.Add(letter);
        }

        return letters;
    }

    /// <summary>A vendor that always answers with one page, and a SIEM.</summary>
    private sealed class WebStage(ScriptedServer vendor, SandboxSiem siem, PipelineHarness harness, string[] page) : IAsyncDisposable
    {
        public ScriptedServer Vendor => vendor;

        public SandboxSiem Siem => siem;

        public PipelineHarness Harness => harness;

        public string Page
        {
            set => page[0] = value;
        }

        public static async Task<WebStage> StartAsync(Func<WebStage, Task> prepare)
        {
            var page = new string[1];
            var harness = await PipelineHarness.CreateAsync("2026-01-01T01:00:00Z");
            var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { KeepEvents = true }, Stage.Deadline());
            var stage = new WebStage(await ScriptedServer.StartAsync(_ => new ScriptedServer.Reply(200, page[0])), siem, harness, page);
            await prepare(stage);
            return stage;
        }

        public async ValueTask DisposeAsync()
        {
            await vendor.DisposeAsync();
            await siem.DisposeAsync();
            await harness.DisposeAsync();
        }
    }
}
