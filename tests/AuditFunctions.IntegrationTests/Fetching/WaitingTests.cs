using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Waits in which all is well: for work that takes the vendor long, and for the source's own limits.</summary>
public sealed class WaitingTests
{
    [Fact]
    public async Task A_query_on_which_the_vendor_works_for_long_is_neither_given_up_nor_asked_for_less_and_less_often()
    {
        var self = "";
        var asked = 0;
        await using var vendor = await ScriptedServer.StartAsync(request =>
            request.PathAndQuery.StartsWith("/query", StringComparison.Ordinal) ? new(202, $$"""{"links":"{{self}}/result/1"}""")
            : ++asked < 30 ? new(202, $$"""{"links":"{{self}}/result/1"}""")
            : new(200, """{"events":[{"id":"e1","time":"2026-01-01T00:10:00Z"}],"links":null}"""));
        self = vendor.BaseUrl;
        await using var stage = await StartAsync($$"""
            baseUrl: {{vendor.BaseUrl}}
            request: { path: /query, query: { from: "{from}", to: "{to}" } }
            paging: { kind: next-url, path: links, stop: no-cursor, pending: 20s }
            events: { path: events }
            id: id
            time: time
            """);
        for (var poll = 0; stage.Siem.Received == 0; poll++)
        {
            Assert.InRange(poll, 0, 40);
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            var status = (await stage.Harness.CheckpointAsync(Stage.Source)).Status;
            Assert.Null(status.FailingSinceAt);
            if (status.NextPollAt is { } next)
            {
                Assert.Equal(TimeSpan.FromSeconds(20), next - stage.Harness.Time.GetUtcNow());
                Assert.Equal("HTTP 202: the vendor still works on what it was asked for", status.LastError);
                stage.Harness.Clock.Advance(TimeSpan.FromSeconds(20));
            }
        }

        Assert.Single(vendor.Requests, request => request.PathAndQuery.StartsWith("/query", StringComparison.Ordinal));
        Assert.Equal((1, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Fact]
    public async Task A_partition_that_waits_for_its_turn_has_not_failed()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """{"events":[]}"""));
        await using var stage = await StartAsync($$"""
            baseUrl: {{vendor.BaseUrl}}
            partitions: { region: { values: [eu, us] } }
            request: { path: "/{partition.region}" }
            limits: { requests: 60/h }
            events: { path: events }
            id: id
            time: time
            """);
        var late = new PartitionId(Stage.Source, "us");
        await stage.Harness.Fetch.FetchAsync(new PartitionId(Stage.Source, "eu"), CancellationToken.None);
        var requests = vendor.Requests.Count;
        Assert.Equal(FetchOutcome.BackedOff, await stage.Harness.Fetch.FetchAsync(late, CancellationToken.None));
        var status = (await stage.Harness.Checkpoints.ReadAsync(late, CancellationToken.None)).Status;
        Assert.Equal((1, null), (status.Failures, status.FailingSinceAt));
        Assert.InRange(status.NextPollAt!.Value - stage.Harness.Time.GetUtcNow(), TimeSpan.FromSeconds(16), TimeSpan.FromMinutes(4));
        Assert.StartsWith("it waits for its turn", status.LastError, StringComparison.Ordinal);
        Assert.Equal(requests, vendor.Requests.Count);

        stage.Harness.Clock.Advance(status.NextPollAt.Value - stage.Harness.Time.GetUtcNow());
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.Fetch.FetchAsync(late, CancellationToken.None));
        Assert.Equal(requests + 1, vendor.Requests.Count);
    }

    private static async Task<Stage> StartAsync(string definition)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, ("definition", definition), ("since", "2026-01-01T00:00:00Z"), ("destination", Stage.Destination));
        return stage;
    }
}
