using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Cli;

public sealed class RunCommandTests
{
    [Fact]
    public async Task A_run_until_idle_says_that_there_is_no_source_to_poll()
    {
        const string None = "No source is polled";
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 1 }, CliRun.Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        using var run = await CliRun.OnStorageAsync();
        Assert.Contains(None, (await run.DoneAsync("run", "--until-idle", "--log-level", "error")).Error, StringComparison.Ordinal);

        run.Write("rows.yaml", SomeRows.Sandbox(vendor.BaseUrl, siem.BaseUrl));
        await run.DoneAsync("apply", "rows.yaml");
        Assert.DoesNotContain(None, (await run.DoneAsync("run", "--until-idle", "--log-level", "error")).Error, StringComparison.Ordinal);
    }
}
