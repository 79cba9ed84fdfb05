using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn sources …</c></summary>
public sealed class SourceCommandsTests
{
    [Fact]
    public async Task A_fresh_installation_lists_nothing_and_says_what_to_do()
    {
        using var run = await CliRun.OnStorageAsync();
        var result = await run.DoneAsync("sources", "list");
        Assert.Equal(("", "There are no sources yet; add rows with 'auditfn apply FILE'.\n"), (result.Output, result.Error));
        Assert.Equal(0, (await run.DoneAsync("destinations", "list", "--json")).Json.GetProperty("destinations").GetArrayLength());
        Assert.Contains("no installation yet", (await run.RunAsync("status")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_is_listed_shown_paused_resumed_and_removed()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");

        var listed = (await run.DoneAsync("sources", "list", "--json")).Json.GetProperty("sources")[0];
        Assert.Equal("okta-prod okta-system-log True 30", $"{listed.GetProperty("name")} {listed.GetProperty("template")} {listed.GetProperty("enabled")} {listed.GetProperty("intervalSeconds")}");
        Assert.Contains("okta-prod", (await run.DoneAsync("sources", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("token = secret:okta-prod", (await run.DoneAsync("sources", "show", "okta-prod")).Output, StringComparison.Ordinal);

        Assert.Equal("source 'okta-prod': paused\n", (await run.DoneAsync("sources", "pause", "okta-prod")).Output);
        Assert.Equal("source 'okta-prod': already paused\n", (await run.DoneAsync("sources", "pause", "okta-prod")).Output);
        Assert.False((await run.DoneAsync("sources", "list", "--json")).Json.GetProperty("sources")[0].GetProperty("enabled").GetBoolean());
        Assert.Equal("source 'okta-prod': resumed\n", (await run.DoneAsync("sources", "resume", "okta-prod")).Output);
        Assert.True((await run.DoneAsync("sources", "list", "--json")).Json.GetProperty("sources")[0].GetProperty("enabled").GetBoolean());

        Assert.StartsWith("source 'okta-prod': removed; its checkpoint is kept", (await run.DoneAsync("sources", "remove", "okta-prod")).Output, StringComparison.Ordinal);
        var again = await run.RunAsync("sources", "remove", "okta-prod");
        Assert.Equal((1, "There is no source 'okta-prod'; there are no sources yet; add rows with 'auditfn apply FILE'.\n"), (again.ExitCode, again.Error));
    }

    [Fact]
    public async Task Removing_keeps_the_checkpoint_unless_it_is_to_be_forgotten()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var checkpoints = new CheckpointStore(run.Storage);
        var partition = new PartitionId("okta-prod", PartitionId.Single);
        Assert.NotNull(await checkpoints.TryWriteAsync(partition, new Checkpoint { MarkAt = DateTimeOffset.UnixEpoch.AddDays(20_000), WriteId = "x" }, null, CliRun.Patience));

        await run.DoneAsync("sources", "remove", "okta-prod");
        Assert.Single(await checkpoints.ListAsync("okta-prod", CliRun.Patience));
        await run.DoneAsync("sources", "remove", "okta-prod", "--forget");
        Assert.Empty(await checkpoints.ListAsync("okta-prod", CliRun.Patience));
    }

    [Fact]
    public async Task A_literal_secret_that_somebody_typed_into_the_table_is_not_shown()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var columns = TableRow.NewColumns();
        (columns["template"], columns["token"], columns["tokn"], columns["domain"]) = ("okta-system-log", "sEcReT-1", "sEcReT-2", "acme.okta.com");
        await new RowTable(run.Storage.Sources, RowTable.SourceKey).WriteAsync([new("typed", columns)], CliRun.Patience);

        foreach (var line in new[] { "sources list", "sources show typed", "sources show typed --json", "sources test typed", "status", "status --json" })
        {
            var result = await run.RunAsync(line.Split(' '));
            Assert.Contains("typed", result.Output + result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("sEcReT", result.Output + result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_dry_run_shows_the_next_page_and_writes_nothing()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 25, StartAt = DateTimeOffset.UtcNow.AddDays(-1) }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Sandbox(vendor.BaseUrl, siem.BaseUrl));
        await run.DoneAsync("apply", "rows.yaml");

        foreach (var target in new[] { "okta-prod", "rows.yaml" })
        {
            var text = (await run.DoneAsync("sources", "test", target, "--events", "2")).Output;
            Assert.Contains("10 events on the page, 10 of them new, 10 with a time that can be read; more pages follow", text, StringComparison.Ordinal);
            Assert.Equal(2, text.Split("\nid    ").Length - 1);
            var json = (await run.DoneAsync("sources", "test", target, "--json")).Json;
            Assert.Equal(vendor.OfferedIds.Take(3), json.GetProperty("firstEvents").EnumerateArray().Select(shown => shown.GetProperty("id").GetString()));
        }

        Assert.Equal(0, siem.Requests);
        Assert.Empty(await new CheckpointStore(run.Storage).ListAsync(null, CliRun.Patience));
        Assert.Equal(0, await new MessageQueue(run.Storage.FetchQueue).CountAsync(CliRun.Patience) + await new MessageQueue(run.Storage.ShipQueue).CountAsync(CliRun.Patience));
        Assert.Equal("destination 'splunk': unchanged\nsource 'okta-prod': unchanged\n", (await run.DoneAsync("apply", "rows.yaml")).Output);
    }

    [Fact]
    public async Task A_dry_run_that_the_vendor_refuses_fails_with_the_reason()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions(), CliRun.Patience);
        using var run = CliRun.Offline(("AUDIT_SECRET_VENDOR", "wrong-token"));
        run.Write("rows.yaml", SomeRows.Sandbox(vendor.BaseUrl, vendor.BaseUrl));
        var result = await run.RunAsync("sources", "test", "rows.yaml");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("GET /api/v1/logs answered 401. Check that 'secret:vendor' is current", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-token", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_several_sources_asks_which_one()
    {
        using var run = CliRun.Offline();
        var two = SomeRows.Good.Replace("destinations:", "  - name: second\n    template: okta-system-log\n    destination: splunk\n    token: secret:x\n    domain: a.okta.com\ndestinations:", StringComparison.Ordinal);
        run.Write("rows.yaml", two);
        var result = await run.RunAsync("sources", "test", "rows.yaml");
        Assert.Equal((1, "rows.yaml holds several sources; choose one with --name: okta-prod, second.\n"), (result.ExitCode, result.Error));
        Assert.Equal("There is no source 'third'; sources: okta-prod, second.\n", (await run.RunAsync("sources", "test", "rows.yaml", "--name", "third")).Error);
    }
}
