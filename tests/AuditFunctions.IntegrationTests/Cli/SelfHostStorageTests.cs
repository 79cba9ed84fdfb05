using AuditFunctions.Chaos.Storage;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sandbox;
using AuditFunctions.SelfHosting;
using AuditFunctions.SelfHosting.Health;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn run</c> while storage is away.</summary>
public sealed class SelfHostStorageTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [Fact]
    public async Task Run_that_starts_before_its_storage_and_loses_it_later_says_so_once_each_and_delivers_everything_once()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 2_000 }, Patience);
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions(), Patience);
        await using var installation = await Installation.CreateAsync(("Fetching:LeaseDuration", "00:00:05"), ("ScheduleCron", "* * * * * *"));
        await installation.AddSplunkAsync("splunk", siem.BaseUrl);
        await installation.AddOktaAsync("okta-prod", vendor.BaseUrl, "splunk");
        var log = new CapturedLog();
        var settings = installation.Environment.ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => pair.Value);
        settings[storage.Setting.Setting] = storage.ConnectionString;
        await using var host = SelfHost.Create(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), logging => logging.AddProvider(log));

        var back = storage.All(StorageFault.Reset, _ => true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Patience);
        var run = host.RunAsync(stop.Token);
        await Stage.UntilAsync(() => log.Of(5004).Count == 1);
        back();
        await siem.WaitForAsync(2_000, Patience);

        var awayAgain = storage.All(StorageFault.Busy, Calls.To("/messages"));
        await Stage.UntilAsync(() => log.Of(5004).Count == 3);
        awayAgain();
        vendor.Publish(500);
        await Stage.UntilAsync(() => log.Of(5020).Count == 3);
        Assert.Equal(["Queue", "Queue", "Storage"], log.Of(5004).Select(line => line.Split(' ')[1]).Order());

        await stop.CancelAsync();
        await run;
        Assert.Equal(0, siem.Duplicates);
    }

    [Fact]
    public async Task Stop_that_comes_while_the_start_fails_is_a_stop()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var installation = await Installation.CreateAsync();
        var settings = installation.Environment.ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => pair.Value);
        settings[storage.Setting.Setting] = storage.ConnectionString;
        await using var host = SelfHost.Create(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), _ => { });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Patience);

        // Tables fail for good; a queue answers only when they have, and then the stop comes.
        storage.All(StorageFault.Busy, Calls.Of("POST", "/Tables"));
        storage.Before(Calls.Of("PUT", "-ship"), async () =>
        {
            await Stage.UntilAsync(() => storage.Met == 4 * 4);
            await stop.CancelAsync();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.RunAsync(stop.Token));
        Assert.Equal(16, storage.Met);
    }

    [Fact]
    public async Task Message_whose_renewal_fails_is_worked_on_to_the_end_and_counts_as_running()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", storage.Setting);
        var queue = harness.Storage.FetchQueue;
        await new MessageQueue(queue).SendAsync(new BinaryData("work"), TimeSpan.Zero, Patience);
        var work = new TaskCompletionSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Patience);
        var log = new CapturedLog();
        var options = new SelfHostOptions { VisibilityTimeout = TimeSpan.FromMinutes(2), RetryDelay = TimeSpan.FromSeconds(1) };
        var poller = new QueuePoller(new MessageQueue(queue), (_, _) => work.Task, new PollerLimits(1, FinishesOnStop: true), options, harness.Time, log, new Pulse("queue", TimeSpan.FromHours(1), harness.Time));
        var polling = poller.RunAsync(stop.Token);
        await Stage.UntilAsync(() => poller.Running == 1);
        await harness.Clock.WhenWaitingAsync(1, Patience);

        var back = storage.All(StorageFault.Reset, Calls.Of("PUT", "/messages/"));
        harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await Stage.UntilAsync(() => log.Of(5004).Count == 1);
        await stop.CancelAsync();
        Assert.False(polling.IsCompleted, "the poller ended without its handler");
        Assert.Equal(1, poller.Running);

        back();
        work.SetResult();
        await polling;
        Assert.Equal(0, await PipelineHarness.CountAsync(queue));
    }
}
