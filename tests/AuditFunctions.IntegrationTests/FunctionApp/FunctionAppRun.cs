using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.WorkerHost;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>An installation, a vendor with events, a SIEM, and a host for the published function app.</summary>
internal sealed class FunctionAppRun : IAsyncDisposable
{
    private FunctionAppRun(Installation installation, SandboxVendor vendor, SandboxSiem siem, FunctionsHost host)
    {
        Installation = installation;
        Vendor = vendor;
        Siem = siem;
        Host = host;
    }

    // Longer than the ten minutes for which the host hides what it takes: slow is not lost.
    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(20)).Token;

    public Installation Installation { get; }

    public SandboxVendor Vendor { get; }

    public SandboxSiem Siem { get; }

    public FunctionsHost Host { get; }

    /// <summary>What the host gives a worker to end; the real one five seconds, which a busy test machine may take for nothing.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Leases and claims that a test can wait for.</summary>
    public static readonly (string, string)[] ShortLeases =
        [("Fetching:LeaseDuration", "00:00:05"), ("Shipping:ClaimDuration", "00:00:08"), ("Shipping:SendTimeout", "00:00:03")];

    /// <summary>Starts everything but a worker.</summary>
    public static async Task<FunctionAppRun> StartAsync(
        int events,
        SandboxSiemOptions? siemOptions = null,
        FaultPlan? vendorFaults = null,
        params (string Setting, string Value)[] settings)
    {
        var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = events, Faults = vendorFaults ?? new() }, Patience);
        var siem = await SandboxSiem.StartAsync(siemOptions ?? new SandboxSiemOptions(), Patience);
        var installation = await Installation.CreateAsync(settings);
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");
        return new FunctionAppRun(installation, vendor, siem, await FunctionsHost.StartAsync(Patience));
    }

    /// <summary>A worker that takes invocations, and what feeds it from both queues.</summary>
    /// <param name="settings">Settings on top of the installation's.</param>
    public async Task<FedWorker> StartWorkerAsync(params (string Setting, string Value)[] settings)
    {
        var all = Settings.Concat(settings.Select(setting => KeyValuePair.Create(setting.Setting, (string?)setting.Value)));
        var (worker, coldStart) = await Host.StartWorkerAsync(all, Patience);
        return new FedWorker(
            worker,
            coldStart,
            FunctionsHost.Feed(worker, "Fetch", Installation.Storage.FetchQueue),
            FunctionsHost.Feed(worker, "Ship", Installation.Storage.ShipQueue));
    }

    /// <summary>Ticks every second until the SIEM has so many events.</summary>
    public async Task TickUntilDeliveredAsync(FedWorker worker, int events)
    {
        var patience = Patience;
        while (Siem.Received < events)
        {
            patience.ThrowIfCancellationRequested();
            await worker.TickAsync();
            await Task.WhenAny(Siem.WaitForAsync(events, patience), Task.Delay(TimeSpan.FromSeconds(1), patience));
        }
    }

    /// <summary>Waits until the source has caught up and no fetch of it runs.</summary>
    public async Task CaughtUpAsync()
    {
        var patience = Patience;
        while (await Installation.Checkpoints.ReadAsync(new PartitionId("okta-prod", PartitionId.Single), patience) is not { Window: null, LeaseOwner: null })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience);
        }
    }

    /// <summary>Waits until no ship message is left, hidden ones included, and stops the queues.</summary>
    public async Task ShippedAsync(FedWorker worker)
    {
        var (queue, patience) = (new MessageQueue(Installation.Storage.ShipQueue), Patience);
        while (await queue.CountAsync(patience) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience);
        }

        await Task.WhenAll(worker.Fetch.StopAsync(), worker.Ship.StopAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Installation.DisposeAsync();
        await Siem.DisposeAsync();
        await Vendor.DisposeAsync();
    }

    // Settings of section Host are those of auditfn.
    private IEnumerable<KeyValuePair<string, string?>> Settings =>
        Installation.Environment.Where(setting => !setting.Key.StartsWith("Host__", StringComparison.Ordinal));
}

/// <summary>A worker with its two queues.</summary>
internal sealed record FedWorker(Worker Worker, TimeSpan ColdStart, QueueFeed Fetch, QueueFeed Ship) : IAsyncDisposable
{
    public Task<InvocationResult> TickAsync() => FunctionsHost.TickAsync(Worker, FunctionAppRun.Patience);

    /// <summary>
    /// The process is killed; the host lives on, as on a machine where only the worker crashes, or dies with it. That happens once each message
    /// that was taken is delivered or held: one that had not reached its function yet would stay hidden for ten minutes.
    /// </summary>
    public async Task KillAsync(DeliveryGate gate, bool hostDies)
    {
        await Ship.PauseAsync();
        while (Ship.InFlight > gate.Held)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), FunctionAppRun.Patience);
        }

        if (hostDies)
        {
            Fetch.Die();
            Ship.Die();
        }

        await Worker.KillAsync();
        await Task.WhenAll(Fetch.StopAsync(), Ship.StopAsync());
    }

    /// <summary>
    /// Stops it as the host does: the queues stop and cancel what runs, and the worker is told to end and gets some time.
    /// </summary>
    /// <returns>How long the worker took; null when it was killed.</returns>
    public async Task<TimeSpan?> StopAsync()
    {
        var stopped = Task.WhenAll(Fetch.StopAsync(), Ship.StopAsync());
        var taken = await Worker.TerminateAsync(FunctionAppRun.Grace);
        await stopped;
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await Fetch.DisposeAsync();
        await Ship.DisposeAsync();
    }
}
