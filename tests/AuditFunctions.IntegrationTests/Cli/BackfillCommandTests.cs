using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn backfill</c></summary>
public sealed class BackfillCommandTests
{
    [Fact]
    public async Task A_source_is_moved_back_and_its_events_are_sent_again_when_asked_for()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 60, Spacing = TimeSpan.FromMinutes(1) }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Sandbox(vendor.BaseUrl, siem.BaseUrl));
        await run.DoneAsync("apply", "rows.yaml");
        await run.DoneAsync("run", "--until-idle");

        var moved = await run.DoneAsync("backfill", "okta-prod", "--from", "2026-01-01T00:20:00Z");
        Assert.Equal("source 'okta-prod', partition 'default': the next poll reads from 2026-01-01T00:20:00Z\n", moved.Output);
        await run.DoneAsync("run", "--until-idle");
        Assert.Equal((60, 0L), (siem.Received, siem.Duplicates));

        await run.DoneAsync("sources", "pause", "okta-prod");
        var again = await run.DoneAsync("backfill", "okta-prod", "--from", "2026-01-01T00:20:00Z", "--again", "--json");
        var partition = again.Json.GetProperty("partitions")[0];
        Assert.Equal("default True 2026-01-01T00:20:00+00:00", $"{partition.GetProperty("partition")} {partition.GetProperty("moved")} {partition.GetProperty("startsAt")}");
        Assert.Contains("'auditfn sources resume okta-prod'", (await run.DoneAsync("backfill", "okta-prod", "--from", "2026-01-01T00:20:00Z", "--again")).Error, StringComparison.Ordinal);
        await run.DoneAsync("sources", "resume", "okta-prod");
        await run.DoneAsync("run", "--until-idle");
        Assert.Equal(40, siem.Duplicates);

        var late = await run.DoneAsync("backfill", "okta-prod", "--from", "2026-02-01");
        Assert.Contains("unchanged, it stands at 2026-01-01T00:54:00Z, before that instant", late.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_is_being_fetched_is_left_alone()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var until = TimeProvider.System.GetUtcNow().AddMinutes(3);
        var leased = new Checkpoint { MarkAt = until.AddDays(-1), LeaseOwner = "somebody", LeaseUntil = until, WriteId = "x" };
        Assert.NotNull(await new CheckpointStore(run.Storage).TryWriteAsync(new PartitionId("okta-prod", PartitionId.Single), leased, null, CliRun.Patience));

        var result = await run.RunAsync("backfill", "okta-prod", "--from", "2026-01-01T00:00:00Z");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("it is being fetched until", result.Error, StringComparison.Ordinal);
    }

    // Words, and what would be another day in another country, another year or tomorrow.
    [Theory]
    [InlineData("yesterday")]
    [InlineData("03/04/2026")]
    [InlineData("10:00")]
    [InlineData("May 5")]
    [InlineData("12-1")]
    [InlineData("2026-1-5")]
    [InlineData("20260105")]
    [InlineData("2026-02-30")]
    [InlineData("2026-01-05Z or so")]
    [InlineData("-1d")]
    public async Task A_word_that_is_no_instant_is_refused_at_once(string from)
    {
        using var run = await CliRun.OnStorageAsync();
        var result = await run.RunAsync("backfill", "okta-prod", $"--from={from}");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--from: '{from}' is no instant; write one such as 2026-01-01T00:00:00Z.", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", "--from 1970-01-01T00:00:00Z must lie after 1970 and before now.\n")]
    [InlineData("9000-01-01", "--from 9000-01-01T00:00:00Z must lie after 1970 and before now.\n")]
    public async Task An_instant_that_makes_no_sense_is_refused(string from, string error)
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var result = await run.RunAsync("backfill", "okta-prod", "--from", from);
        Assert.Equal((1, error), (result.ExitCode, result.Error));
        Assert.Empty(await new CheckpointStore(run.Storage).ListAsync(null, CliRun.Patience));
    }
}
