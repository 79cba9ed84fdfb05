using System.Globalization;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Vendors whose pages never end: a run ends, nothing is lost, and the status says what is happening.</summary>
public sealed class EndlessCursorTests
{
    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"id":"same","time":"2026-01-01T00:00:01Z"}]""")]
    public async Task New_cursors_without_new_events_end_the_run_by_its_budget_and_the_next_waits_longer(string events)
    {
        var pages = 0;
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, $$"""{"data":{{events}},"next_cursor":"c{{Interlocked.Increment(ref pages)}}"}"""));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("Fetching:MaxPages", "25"));
        await stage.Harness.AddSourceAsync(Stage.Source, BrokenPageTests.Columns(stage, vendor));
        var outcome = await stage.Harness.FetchAsync(Stage.Source);
        if (outcome == FetchOutcome.Continued)
        {
            Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue));
            outcome = await stage.Harness.FetchAsync(Stage.Source);
        }

        for (var run = 1; run <= 3; run++)
        {
            Assert.Equal(FetchOutcome.BackedOff, outcome);
            var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
            Assert.Equal("at least 20 pages in a row held nothing, or the same again, and the vendor still names a next one; it goes on from there", checkpoint.Status.LastError);
            Assert.Equal((run, null), (checkpoint.Status.Failures, checkpoint.MarkAt));
            Assert.StartsWith("c", checkpoint.Cursor, StringComparison.Ordinal);
            Assert.Equal(0, await PipelineHarness.CountAsync(stage.Harness.Storage.FetchQueue));
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
            outcome = await stage.Harness.FetchAsync(Stage.Source);
        }
    }

    [Fact]
    public async Task Overlap_of_many_pages_that_is_read_again_is_not_taken_for_an_endless_cursor()
    {
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var at = request.PathAndQuery.Split("cursor=c") is [_, var rest] ? int.Parse(rest.Split('&')[0], CultureInfo.InvariantCulture) : 0;
            var next = at < 60 ? $"\"c{at + 1}\"" : "null";
            return new(200, string.Create(CultureInfo.InvariantCulture, $$"""{"data":[{"id":"e{{at}}","time":"2026-01-01T00:00:{{at % 60:00}}Z"}],"next_cursor":{{next}}}"""));
        });
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("Fetching:MaxPages", "25"));
        await stage.Harness.AddSourceAsync(Stage.Source, BrokenPageTests.Columns(stage, vendor, ("order", "descending")));
        for (var poll = 0; poll < 3; poll++)
        {
            Assert.NotEqual(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));
            Assert.Equal((0, null), ((await stage.Harness.CheckpointAsync(Stage.Source)).Status.Failures, (await stage.Harness.CheckpointAsync(Stage.Source)).Window));
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal((61, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Fact]
    public async Task Cursors_that_lead_in_a_circle_are_an_error_that_starts_the_window_again()
    {
        var healed = false;
        await using var vendor = await ScriptedServer.StartAsync(request =>
        {
            var at = request.PathAndQuery.Split("cursor=c") is [_, var rest] ? rest[0] - '0' : 0;
            var next = at < 3 ? $"\"c{at + 1}\"" : healed ? "null" : "\"c1\"";
            return new(200, string.Create(CultureInfo.InvariantCulture, $$"""{"data":[{"id":"e{{at}}","time":"2026-01-01T00:00:0{{9 - at}}Z"}],"next_cursor":{{next}}}"""));
        });
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, BrokenPageTests.Columns(stage, vendor, ("order", "descending")));
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal("the vendor's cursors lead in a circle after 4 pages; check 'paging', or tell the vendor", checkpoint.Status.LastError);
        Assert.Equal((null, null, 4), (checkpoint.Cursor, checkpoint.MarkAt, stage.Siem.Received));

        healed = true;
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((4, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Equal("2026-01-01T00:00:09", (await stage.Harness.CheckpointAsync(Stage.Source)).MarkAt?.ToString("s", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("ascending")]
    [InlineData("descending")]
    [InlineData("unordered")]
    public async Task A_page_with_events_that_names_itself_as_the_next_ends_the_window_with_its_events(string order)
    {
        await using var vendor = await ScriptedServer.StartAsync(request => new(200, """{"data":[{"id":"a","time":"2026-01-01T00:00:01Z"}],"next_cursor":"c1"}"""));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, BrokenPageTests.Columns(stage, vendor, ("order", order)));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((1, 3), (stage.Siem.Received, vendor.Requests.Count));
        Assert.Equal((true, null), (checkpoint.MarkAt is not null, checkpoint.Status.LastError));
    }
}
