using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.EndToEnd;

/// <summary>Whole <c>auditfn run</c> processes on one storage account: side by side, killed, interrupted.</summary>
public sealed class ProcessTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Fact]
    public async Task Two_processes_on_one_account_share_the_work_and_deliver_every_event_once()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 15_000, TieLength = 40 }, Patience);
        await using var other = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 5_000, Seed = 2 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-one", vendor.BaseUrl, "splunk");
        await installation.AddOktaAsync("okta-two", other.BaseUrl, "splunk");

        await using var first = AuditfnProcess.Start(installation.Environment, "run", "--until-idle", "--json");
        await using var second = AuditfnProcess.Start(installation.Environment, "run", "--until-idle", "--json");
        var ends = await Task.WhenAll(first.EndAsync(Patience), second.EndAsync(Patience));

        Assert.All(ends, end => Assert.True(end.ExitCode == 0, end.Error));
        Assert.Equal((20_000, 0L), (siem.Received, siem.Duplicates));
    }

    [Fact]
    public async Task A_killed_process_loses_nothing_and_duplicates_at_most_what_was_in_flight()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 30_000 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync(Installation.ShortTimes);
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");

        await using (var doomed = AuditfnProcess.Start(installation.Environment, "run", "--until-idle"))
        {
            await siem.WaitForAsync(4_000, Patience);
            await doomed.KillAsync();
        }

        Assert.True(siem.Received < 30_000, "the process was done before it was killed");
        await using var survivor = AuditfnProcess.Start(installation.Environment, "run", "--until-idle");
        var end = await survivor.EndAsync(Patience);

        Assert.True(end.ExitCode == 0, end.Error);
        Assert.Equal(30_000, siem.Received);
        var inFlight = 4 * 1_000; // Host:ShipConcurrency batches of a page of 1,000 events
        Assert.InRange(siem.Duplicates, 0, inFlight);
    }

    [Fact]
    public async Task An_interrupted_process_finishes_its_deliveries_and_the_next_one_goes_on_at_once()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 30_000 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");

        await using (var interrupted = AuditfnProcess.Start(installation.Environment, "run"))
        {
            await siem.WaitForAsync(3_000, Patience);
            await interrupted.InterruptAsync();
            var stopped = await interrupted.EndAsync(Patience);
            Assert.True(stopped.ExitCode == 0, stopped.Error);
            Assert.Contains("Stopped.", stopped.Error, StringComparison.Ordinal);
        }

        await using var next = AuditfnProcess.Start(installation.Environment, "run", "--until-idle");
        var end = await next.EndAsync(Patience);

        Assert.True(end.ExitCode == 0, end.Error);
        Assert.Equal((30_000, 0L), (siem.Received, siem.Duplicates));
    }
}
