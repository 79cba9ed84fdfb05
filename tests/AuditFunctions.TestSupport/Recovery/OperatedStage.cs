using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Cli;

namespace AuditFunctions.Tests.Recovery;

/// <summary>An installation that is worked on by command lines only; its 50 events were delivered.</summary>
internal sealed class OperatedStage : IAsyncDisposable
{
    private int _files;

    private OperatedStage(SandboxVendor vendor, SandboxSiem siem, CliRun run)
    {
        Vendor = vendor;
        Siem = siem;
        Run = run;
        Rows = SomeRows.Sandbox(vendor.BaseUrl, siem.BaseUrl);
    }

    public SandboxVendor Vendor { get; }

    public SandboxSiem Siem { get; }

    public CliRun Run { get; }

    /// <summary>Source <c>okta-prod</c> and destination <c>splunk</c>.</summary>
    public string Rows { get; }

    public static async Task<OperatedStage> StartAsync()
    {
        var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 50 }, CliRun.Patience);
        var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), CliRun.Patience);
        var stage = new OperatedStage(vendor, siem, await CliRun.OnStorageAsync());
        await stage.ApplyAsync(stage.Rows);
        await stage.IdleAsync();
        Assert.Equal((50, 0L), (siem.Received, siem.Duplicates));
        return stage;
    }

    public async Task ApplyAsync(string rows)
    {
        var file = $"rows{++_files}.yaml";
        Run.Write(file, rows);
        await Run.DoneAsync("apply", file);
    }

    /// <summary>Runs the pipeline until there is nothing left to do.</summary>
    public Task IdleAsync() => Run.DoneAsync("run", "--until-idle", "--log-level", "None");

    public async ValueTask DisposeAsync()
    {
        Run.Dispose();
        await Vendor.DisposeAsync();
        await Siem.DisposeAsync();
    }
}
