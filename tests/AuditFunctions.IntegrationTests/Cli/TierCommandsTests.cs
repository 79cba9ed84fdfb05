using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;

namespace AuditFunctions.Tests.Cli;

/// <summary>Lookback tiers can be seen: when each was read last, how deep, and what it would read.</summary>
public sealed class TierCommandsTests
{
    [Fact]
    public async Task Tiers_are_shown_by_status_and_by_a_dry_run()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 5, StartAt = DateTimeOffset.UtcNow.AddDays(-1) }, CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", $$"""
            sources:
              - name: tiered
                template: http-json
                destination: splunk
                url: {{new Uri(vendor.BaseUrl, "generic/cursor-body")}}
                query: from={from}&to={to}&cursor={cursor}&limit={pageSize}
                auth: bearer
                token: secret:vendor
                events: data
                id: id
                time: time
                order: ascending
                paging: cursor
                next: next_cursor
                lookbackTiers: 3h every 15m, 3d every 6h
            destinations:
              - { name: splunk, type: splunk-hec, url: "http://127.0.0.1:1", token: "secret:siem" }
            """);
        await run.DoneAsync("apply", "rows.yaml");
        var now = TimeProvider.System.GetUtcNow();
        var read = now.AddMinutes(-20);
        var checkpoint = new Checkpoint
        {
            MarkAt = now.AddMinutes(-1),
            RememberedFromAt = now.AddDays(-1),
            TiersRead = $"3h@{read.UtcDateTime:O}",
            Sweep = new TierSweep("3d", now.AddMinutes(-2), now.AddHours(-7), null, null),
            Status = new PartitionStatus { LastPollAt = now },
            WriteId = "x",
        };
        Assert.NotNull(await new CheckpointStore(run.Storage).TryWriteAsync(new PartitionId("tiered", PartitionId.Single), checkpoint, null, CliRun.Patience));

        foreach (var tiers in new[]
        {
            (await run.DoneAsync("status", "--json")).Json.GetProperty("partitions")[0].GetProperty("tiers"),
            (await run.DoneAsync("sources", "test", "tiered", "--json")).Json.GetProperty("tiers"),
        })
        {
            Assert.Equal(["10800 900", "259200 21600"], tiers.EnumerateArray().Select(tier => $"{tier.GetProperty("windowSeconds")} {tier.GetProperty("everySeconds")}"));
            Assert.Equal(read, tiers[0].GetProperty("lastPass").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
            Assert.Equal(read.AddMinutes(15), tiers[0].GetProperty("nextPass").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
            Assert.Equal(now.AddHours(-3), tiers[0].GetProperty("wouldReadFrom").GetDateTimeOffset(), TimeSpan.FromMinutes(2));

            // No deeper than what is remembered, whatever the tier declares.
            Assert.Equal(now.AddDays(-1), tiers[1].GetProperty("wouldReadFrom").GetDateTimeOffset(), TimeSpan.FromSeconds(2));
            Assert.Equal(now.AddHours(-7), tiers[1].GetProperty("underWayDownTo").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        }

        var text = (await run.DoneAsync("status", "--verbose")).Output;
        Assert.Contains("3h every 15m", text, StringComparison.Ordinal);
        Assert.Contains("under way, down to", text, StringComparison.Ordinal);
        Assert.DoesNotContain("3h every 15m", (await run.DoneAsync("status")).Output, StringComparison.Ordinal);
        Assert.Contains("tier 3h every 15m: would read ", (await run.DoneAsync("sources", "test", "tiered")).Output, StringComparison.Ordinal);
    }
}
