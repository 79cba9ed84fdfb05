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

    private static async Task<Stage> StageAsync(ScriptedServer vendor)
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
}
