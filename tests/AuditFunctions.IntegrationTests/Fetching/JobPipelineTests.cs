using System.Globalization;
using System.Text.Json;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A source whose vendor does a job for each window, through the whole pipeline.</summary>
public sealed class JobPipelineTests
{
    private readonly List<string> _submitted = [];
    private string _state = "running";

    [Fact]
    public async Task A_job_outlives_the_run_that_submitted_it()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor);
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Contains("job1", (await stage.Harness.CheckpointAsync(Stage.Source)).Cursor, StringComparison.Ordinal);

        _state = "done";
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await using var another = stage.Harness.Another();
        Assert.Equal(FetchOutcome.CaughtUp, await another.FetchAndShipAsync(Stage.Source));

        Assert.Equal(["job1"], _submitted);
        Assert.Equal((4, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.NotNull(checkpoint.MarkAt);
        Assert.Null(checkpoint.Cursor);
    }

    [Fact]
    public async Task A_job_that_fails_is_reported_and_another_one_brings_the_events()
    {
        await using var vendor = await StartAsync();
        await using var stage = await StageAsync(vendor);
        _state = "failed";
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Contains("its state is 'failed'", Assert.Single(stage.Harness.Log.Of(2027)), StringComparison.Ordinal);

        _state = "done";
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));

        Assert.Equal(["job1", "job2"], _submitted);
        Assert.Equal((4, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    /// <summary>The vendor puts no more than 10 events into a result and says nothing of the others: the window is read in halves until none is full.</summary>
    [Fact]
    public async Task What_a_full_result_leaves_out_comes_with_the_halves_of_its_window()
    {
        Listed[] events = [.. Enumerable.Range(0, 35).Select(at => Listed.Of($"e{at}", new DateTimeOffset(2026, 1, 1, 0, 10, 0, TimeSpan.Zero).AddSeconds(37 * at)))];
        await using var vendor = await LimitedAsync(events, most: 10);
        await using var stage = await StageAsync(vendor, "limit: 10");
        for (var poll = 0; poll < 60; poll++)
        {
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((events.Length, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((events[^1].At, 0), (checkpoint.MarkAt, checkpoint.Status.Failures));
    }

    private static async Task<Stage> StageAsync(ScriptedServer vendor, string more = "# no more")
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            ("definition", $$"""
                baseUrl: {{vendor.BaseUrl}}
                job:
                  submit: { method: POST, path: /jobs, body: { from: "{from}", to: "{to}" } }
                  handle: id
                  poll: { path: "/jobs/{job.handle}" }
                  state: { path: state, ready: done, failed: failed }
                  wait: 1m
                  {{more}}
                request: { path: "/jobs/{job.handle}/records", query: { page: "{cursor}" } }
                paging: { kind: cursor, path: next }
                events: { path: records }
                id: id
                time: time
                """),
            ("interval", "1m"),
            ("since", "2026-01-01T00:00:00Z"),
            ("destination", Stage.Destination));
        return stage;
    }

    private Task<ScriptedServer> StartAsync() => ScriptedServer.StartAsync(request =>
    {
        if (request.Method == "POST")
        {
            _submitted.Add($"job{_submitted.Count + 1}");
            return new(201, $$"""{"id":"{{_submitted[^1]}}"}""");
        }

        var isLast = request.PathAndQuery.EndsWith("page=2", StringComparison.Ordinal);
        return !request.PathAndQuery.Contains("records", StringComparison.Ordinal)
            ? new(200, $$"""{"state":"{{_state}}"}""")
            : new(200, $$"""{"records":[{{string.Join(',', Enumerable.Range(isLast ? 2 : 0, 2).Select(at => Listed.Of($"e{at}", new DateTimeOffset(2026, 1, 1, 0, 10, at, TimeSpan.Zero)).Json))}}],"next":{{(isLast ? "null" : "2")}}}""");
    });

    // A job's number is where its window stands in the list of windows.
    private static Task<ScriptedServer> LimitedAsync(Listed[] events, int most)
    {
        var windows = new List<(DateTimeOffset From, DateTimeOffset To)>();
        return ScriptedServer.StartAsync(request =>
        {
            if (request.Method == "POST")
            {
                using var body = JsonDocument.Parse(request.Body);
                windows.Add((body.RootElement.GetProperty("from").GetDateTimeOffset(), body.RootElement.GetProperty("to").GetDateTimeOffset()));
                return new(201, $$"""{"id":"{{windows.Count - 1}}"}""");
            }

            var parts = request.PathAndQuery.Split('?')[0].Split('/');
            var (from, to) = windows[int.Parse(parts[2], CultureInfo.InvariantCulture)];
            var found = events.Where(one => one.At >= from && one.At <= to).Take(most).Select(one => one.Json);
            return parts.Length == 3 ? new(200, """{"state":"done"}""") : new(200, $$"""{"records":[{{string.Join(',', found)}}]}""");
        });
    }
}
