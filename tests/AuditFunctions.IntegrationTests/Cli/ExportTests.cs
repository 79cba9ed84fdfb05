using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Recovery;

namespace AuditFunctions.Tests.Cli;

/// <summary>Rows that are exported are a backup: applied, they are the same rows again.</summary>
public sealed class ExportTests
{
    [Theory]
    [InlineData("export", "--out", "backup.yaml")]
    [InlineData("export", "--json", "--out", "backup.yaml")]
    public async Task Rows_that_were_lost_come_back_and_their_sources_go_on_where_they_were(params string[] export)
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 50 }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Sandbox(vendor.BaseUrl, siem.BaseUrl));
        await run.DoneAsync("apply", "rows.yaml");
        await run.DoneAsync("run", "--until-idle");
        Assert.Equal("1 source and 1 destination written to 'backup.yaml'.\n", (await run.DoneAsync(export)).Error);

        await Lost.TablesAsync(run.Storage, run.Storage.Sources, run.Storage.Destinations);
        Assert.Equal(0, (await run.DoneAsync("sources", "list", "--json")).Json.GetProperty("sources").GetArrayLength());
        vendor.Publish(30);
        Assert.Equal("destination 'splunk': added\nsource 'okta-prod': added\n", (await run.DoneAsync("apply", "backup.yaml")).Output);
        await run.DoneAsync("run", "--until-idle");

        Assert.Equal((80, 0L), (siem.Received, siem.Duplicates));
        Assert.Equal("destination 'splunk': unchanged\nsource 'okta-prod': unchanged\n", (await run.DoneAsync("apply", "rows.yaml")).Output);
    }

    [Fact]
    public async Task What_may_be_a_secret_itself_is_left_out_and_told()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("rows.yaml", SomeRows.Good);
        await run.DoneAsync("apply", "rows.yaml");
        var columns = TableRow.NewColumns();
        (columns["template"], columns["token"], columns["tokn"], columns["domain"]) = ("okta-system-log", "sEcReT-1", "sEcReT-2", "acme.okta.com");
        await new RowTable(run.Storage.Sources, RowTable.SourceKey).WriteAsync([new("typed", columns)], CliRun.Patience);

        var result = await run.RunAsync("export");

        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain("sEcReT", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Contains("    token: secret:okta-prod\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("  - name: typed\n    domain: acme.okta.com\n    template: okta-system-log\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("source 'typed': column 'token' is left out", result.Error, StringComparison.Ordinal);
        Assert.Contains("source 'typed': column 'tokn' is left out", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_exists_is_not_overwritten()
    {
        using var run = await CliRun.OnStorageAsync();
        run.Write("backup.yaml", "precious");
        var result = await run.RunAsync("export", "--out", "backup.yaml");
        Assert.Equal((1, "The file 'backup.yaml' exists already; nothing was written. Give another name, or remove it first.\n"), (result.ExitCode, result.Error));
        Assert.Equal("precious", await File.ReadAllTextAsync(Path.Combine(run.Folder, "backup.yaml")));
    }
}
