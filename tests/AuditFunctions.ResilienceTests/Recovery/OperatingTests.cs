using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Cli;

namespace AuditFunctions.Tests.Recovery;

/// <summary>The procedures of docs/operating.md, with the commands that stand there.</summary>
public sealed class OperatingTests
{
    [Fact]
    public async Task Events_of_a_paused_source_arrive_once_when_it_is_resumed()
    {
        await using var stage = await OperatedStage.StartAsync();
        await stage.Run.DoneAsync("sources", "pause", "okta-prod");
        stage.Vendor.Publish(30);
        await stage.IdleAsync();
        Assert.Equal(50, stage.Siem.Received);

        await stage.Run.DoneAsync("sources", "resume", "okta-prod");
        await stage.IdleAsync();

        Assert.Equal((80, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Fact]
    public async Task A_renamed_source_goes_on_at_the_mark_and_repeats_its_last_events_only()
    {
        await using var stage = await OperatedStage.StartAsync();
        await stage.Run.DoneAsync("sources", "pause", "okta-prod");
        var shown = (await stage.Run.DoneAsync("sources", "show", "okta-prod", "--json")).Json;
        var mark = shown.GetProperty("checkpoints")[0].GetProperty("highWaterMark").GetString()!;
        await stage.Run.DoneAsync("sources", "remove", "okta-prod", "--forget");
        await stage.ApplyAsync(stage.Rows.Replace("okta-prod", "okta-new", StringComparison.Ordinal).Replace("2026-01-01T00:00:00Z", mark, StringComparison.Ordinal));
        stage.Vendor.Publish(30);
        await stage.IdleAsync();

        Assert.Equal((80, 1L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.All(stage.Vendor.OfferedIds, id => Assert.InRange(stage.Siem.CountOf(id), 1, 2));
    }

    [Fact]
    public async Task A_source_that_is_given_another_destination_sends_what_is_new_there_and_nothing_twice()
    {
        await using var stage = await OperatedStage.StartAsync();
        await using var lake = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        await stage.ApplyAsync($"""
            {stage.Rows.Replace("destination: splunk", "destination: lake", StringComparison.Ordinal)}
              - name: lake
                type: http
                url: {new Uri(lake.BaseUrl, "ingest")}
                auth: bearer
                token: secret:siem
            """);
        stage.Vendor.Publish(30);
        await stage.IdleAsync();
        await stage.Run.DoneAsync("destinations", "remove", "splunk");
        await stage.IdleAsync();

        Assert.Equal((50, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Equal((30, 0L), (lake.Received, lake.Duplicates));
    }

    [Fact]
    public async Task While_a_destination_s_row_is_away_its_sources_wait_and_nothing_is_lost()
    {
        await using var stage = await OperatedStage.StartAsync();
        var refused = await stage.Run.RunAsync("destinations", "remove", "splunk");
        Assert.Equal(1, refused.ExitCode);
        await stage.Run.DoneAsync("destinations", "remove", "splunk", "--force");
        stage.Vendor.Publish(30);
        var undone = await stage.Run.RunAsync("run", "--until-idle", "--log-level", "None");
        Assert.Equal((1, 50), (undone.ExitCode, stage.Siem.Received));
        Assert.Contains("'splunk' is not defined", undone.Output + undone.Error, StringComparison.Ordinal);

        await stage.ApplyAsync(stage.Rows);
        await stage.IdleAsync();

        Assert.Equal((80, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    [Fact]
    public async Task A_removed_source_that_is_added_again_goes_on_where_it_ended()
    {
        await using var stage = await OperatedStage.StartAsync();
        await stage.Run.DoneAsync("sources", "remove", "okta-prod");
        stage.Vendor.Publish(30);
        await stage.IdleAsync();
        await stage.ApplyAsync(stage.Rows);
        await stage.IdleAsync();

        Assert.Equal((80, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }
}
