using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A partition of which the vendor says that it would be asked in vain.</summary>
public sealed class RestingPartitionTests
{
    // What a clock that ran ahead has written is no rest.
    [Fact]
    public void A_time_far_ahead_that_was_written_ahead_of_now_holds_nobody()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.True(new PartitionStatus { LastPollAt = now, NextPollAt = now.AddHours(6) }.IsBackedOff("f", now));
        Assert.False(new PartitionStatus { LastPollAt = now.AddHours(5), NextPollAt = now.AddHours(6) }.IsBackedOff("f", now));
        Assert.False(new PartitionStatus { LastPollAt = now, NextPollAt = now.AddHours(24) }.IsBackedOff("f", now));
    }

    [Fact]
    public async Task It_is_reported_and_rests_for_hours_while_its_neighbour_goes_on()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery.StartsWith("/dlp", StringComparison.Ordinal)
            ? new(403, """{"message":"not licensed"}""")
            : new(200, $$"""{"data":[{{Listed.Of("e1", new DateTimeOffset(2026, 1, 1, 0, 10, 0, TimeSpan.Zero)).Json}}]}"""));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            ("definition", $$"""
                baseUrl: {{vendor.BaseUrl}}
                partitions: { type: { values: [dlp, page] } }
                request: { path: "/{partition.type}" }
                events: { path: data }
                id: id
                time: time
                errors: [{ status: 403, path: message, is: not licensed, action: rest }]
                """),
            ("since", "2026-01-01T00:00:00Z"),
            ("destination", Stage.Destination));

        var resting = new PartitionId(Stage.Source, "dlp");
        Assert.Equal(FetchOutcome.Refused, await stage.Harness.Fetch.FetchAsync(resting, CancellationToken.None));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.Fetch.FetchAsync(new PartitionId(Stage.Source, "page"), CancellationToken.None));
        await stage.Harness.ShipAllAsync();

        Assert.Equal(1, stage.Siem.Received);
        Assert.Contains("asked again in 6 hours", Assert.Single(stage.Harness.Log.Of(2004)), StringComparison.Ordinal);
        var status = (await stage.Harness.Checkpoints.ReadAsync(resting, CancellationToken.None)).Status;
        Assert.Equal((true, stage.Harness.Time.GetUtcNow().AddHours(6)), (status.NeedsAttention, status.NextPollAt));

        var before = vendor.Requests.Count(IsResting);
        await TickAsync(stage, TimeSpan.FromMinutes(5), 71);
        Assert.Equal(before, vendor.Requests.Count(IsResting));
        Assert.InRange(vendor.Requests.Count, 60, 80);
        await TickAsync(stage, TimeSpan.FromMinutes(5), 2);
        Assert.True(before < vendor.Requests.Count(IsResting));
    }

    private static bool IsResting(ScriptedServer.Seen request) => request.PathAndQuery.StartsWith("/dlp", StringComparison.Ordinal);

    private static async Task TickAsync(Stage stage, TimeSpan apart, int times)
    {
        for (var tick = 0; tick < times; tick++)
        {
            stage.Harness.Clock.Advance(apart);
            await stage.Harness.Schedule.TickAsync(CancellationToken.None);
            foreach (var text in await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue))
            {
                await stage.Harness.Fetch.HandleAsync(text, CancellationToken.None);
            }
        }
    }
}
