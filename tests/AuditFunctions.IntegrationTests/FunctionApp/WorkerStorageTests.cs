using AuditFunctions.Chaos.Storage;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;
using AuditFunctions.WorkerHost;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>The published function app while storage is away.</summary>
public sealed class WorkerStorageTests
{
    [Fact]
    public async Task A_worker_that_starts_before_its_storage_says_so_in_a_line_waits_and_processes_nothing_until_it_is_set_up()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var run = await FunctionAppRun.StartAsync(events: 2_000);
        var back = storage.All(StorageFault.Reset, _ => true);
        await using var worker = await run.StartWorkerAsync(storage.Setting);
        await worker.Worker.ShowsAsync("cannot be reached", FunctionAppRun.Patience);

        var tick = worker.TickAsync();
        Assert.Equal(0, run.Vendor.Requests);
        Assert.False(worker.Worker.Ended.IsCompleted);
        back();
        await worker.Worker.ShowsAsync("can be reached again", FunctionAppRun.Patience);
        Assert.NotEqual(InvocationStatus.WorkerGone, (await tick).Status);
        await run.TickUntilDeliveredAsync(worker, 2_000);

        Assert.Equal((2_000, 0L), (run.Siem.Received, run.Siem.Duplicates));
        var away = Assert.Single(worker.Worker.Lines, line => line.Message.Contains("cannot be reached", StringComparison.Ordinal));
        Assert.StartsWith("error: [5004] ", away.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Worker.Console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_fails_and_a_tick_that_fails_are_log_events_in_the_hosts_console()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var run = await FunctionAppRun.StartAsync(events: 2_000);
        await using var worker = await run.StartWorkerAsync(storage.Setting);
        await run.TickUntilDeliveredAsync(worker, 2_000);
        run.Vendor.Publish(500);

        var back = storage.All(StorageFault.Busy, Calls.Of("GET", "Checkpoints"));
        Assert.Equal(InvocationStatus.Failed, (await worker.TickAsync()).Status);
        await worker.Worker.ShowsAsync("[5005] The tick failed", FunctionAppRun.Patience);

        await new MessageQueue(run.Installation.Storage.FetchQueue).SendAsync(
            new FetchMessage("okta-prod", [PartitionId.Single], DateTimeOffset.UtcNow).ToWire(), TimeSpan.Zero, FunctionAppRun.Patience);
        await worker.Worker.ShowsAsync(
            "[5003] A message of queue 'fetch' failed and is tried again in 00:00:30 (try 1).",
            FunctionAppRun.Patience);
        back();
        await run.TickUntilDeliveredAsync(worker, 2_500);
        Assert.Equal((2_500, 0L), (run.Siem.Received, run.Siem.Duplicates));
    }
}
