using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Tests.EndToEnd;

/// <summary>One that hangs never keeps the others waiting: real servers, the self-host, no clock.</summary>
public sealed class BulkheadTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Fact]
    public async Task Healthy_destination_gets_everything_while_another_of_the_same_source_holds_its_requests_open()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 20_000 }, Patience);
        await using var good = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var hanging = await SandboxSiem.StartAsync(new SandboxSiemOptions { Faults = new FaultPlan().Every(1, new Fault.Hang()) }, Patience);
        await using var installation = await Installation.CreateAsync(("Host:ShipConcurrency", "2"));
        await installation.AddSplunkAsync("good", good.BaseUrl);
        await installation.AddSplunkAsync("hanging", hanging.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "hanging, good");
        using var stop = new CancellationTokenSource();

        var run = installation.Host.RunAsync(stop.Token);
        await Stage.UntilAsync(() => good.Received == 20_000 || run.IsCompleted);

        // No failure is noted yet: the first requests to the one that hangs are still open.
        var records = installation.Host.Services.GetRequiredService<DestinationRecords>();
        Assert.Equal((20_000, 0L), (good.Received, good.Duplicates));
        Assert.True(hanging.Faults.Taken > 0, "the other one was never asked");
        Assert.Equal(0, (await records.ReadAsync("hanging", Patience)).Failures);
        await hanging.DisposeAsync();
        await stop.CancelAsync();
        await run;
        Assert.True(await new MessageQueue(installation.Storage.ShipQueue).CountAsync(Patience) >= 20, "batches for the one that hangs are gone");
    }

    [Fact]
    public async Task Healthy_destination_gets_everything_although_as_many_others_hang_as_the_host_has_places()
    {
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 5_000 }, Patience);
        await using var good = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var hanging = await SandboxSiem.StartAsync(new SandboxSiemOptions { Faults = new FaultPlan().Every(1, new Fault.Hang()) }, Patience);
        await using var installation = await Installation.CreateAsync(("Host:ShipConcurrency", "2"), ("Shipping:SendTimeout", "00:05:00"), ("Shipping:ClaimDuration", "00:11:00"));
        await installation.AddSplunkAsync("good", good.BaseUrl);
        await installation.AddSplunkAsync("hanging-1", hanging.BaseUrl);
        await installation.AddSplunkAsync("hanging-2", hanging.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "hanging-1, hanging-2, good");
        using var stop = new CancellationTokenSource();

        var run = installation.Host.RunAsync(stop.Token);
        await Stage.UntilAsync(() => good.Received == 5_000 || run.IsCompleted);

        Assert.Equal((5_000, 0L), (good.Received, good.Duplicates));
        Assert.Equal(2, hanging.Faults.Taken);
        await hanging.DisposeAsync();
        await stop.CancelAsync();
        await run;
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("trickles")]
    [InlineData("throttles")]
    public async Task Healthy_vendor_is_read_to_its_end_while_all_sources_of_another_hang(string fault)
    {
        var faults = new FaultPlan().Every(1, fault switch
        {
            "hangs" => new Fault.Hang(),
            "trickles" => new Fault.SlowBody(TimeSpan.FromSeconds(1), Pieces: 10_000),
            _ => new Fault.Throttled(TimeSpan.FromSeconds(10)),
        });
        await using var slow = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 5_000, Faults = faults }, Patience);
        await using var good = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 20_000, Seed = 2 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync(("Host:FetchConcurrency", "2"));
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        for (var source = 0; source < 4; source++)
        {
            await installation.AddOktaAsync($"a-slow-{source}", slow.BaseUrl, "splunk");
        }

        await installation.AddOktaAsync("good", good.BaseUrl, "splunk");
        using var stop = new CancellationTokenSource();

        var run = installation.Host.RunAsync(stop.Token);
        await Stage.UntilAsync(() => siem.Received == 20_000 || run.IsCompleted);

        Assert.Equal((20_000, 0L), (siem.Received, siem.Duplicates));
        Assert.True(slow.Faults.Taken > 0, "the slow one was never asked");
        Assert.Equal(0, (await installation.Checkpoints.ReadAsync(new("a-slow-0", "default"), Patience)).Status.Events);
        await slow.DisposeAsync();
        await stop.CancelAsync();
        await run;
    }
}
