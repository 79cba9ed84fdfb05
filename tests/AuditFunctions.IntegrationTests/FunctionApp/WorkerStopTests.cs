using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>The published function app while its host stops: deliveries get the host's grace, fetches give back what they hold.</summary>
public sealed class WorkerStopTests
{
    [Fact]
    public async Task A_stop_waits_for_the_deliveries_under_way_and_the_next_worker_repeats_nothing()
    {
        using var gate = new DeliveryGate(passes: 5);
        await using var run = await FunctionAppRun.StartAsync(events: 20_000, gate.Siem);
        await using (var stopped = await run.StartWorkerAsync())
        {
            await stopped.TickAsync();
            await gate.HeldAsync(FunctionAppRun.Patience);

            await StopAtAsync(gate, stopped);
        }

        await using var next = await run.StartWorkerAsync();
        await run.TickUntilDeliveredAsync(next, 20_000);
        await run.ShippedAsync(next);

        Assert.Equal((20_000, 0L), (run.Siem.Received, run.Siem.Duplicates));
    }

    [Fact]
    public async Task A_stop_waits_for_the_delivery_that_a_fetch_makes_itself_and_the_next_worker_does_not_repeat_it()
    {
        using var gate = new DeliveryGate(passes: 2);
        await using var run = await FunctionAppRun.StartAsync(events: 2_000, gate.Siem);
        await using (var stopped = await run.StartWorkerAsync())
        {
            await run.TickUntilDeliveredAsync(stopped, 2_000);
            await run.CaughtUpAsync();
            run.Vendor.Publish(50);
            var held = gate.HeldAsync(FunctionAppRun.Patience);
            while (!held.IsCompleted)
            {
                await stopped.TickAsync();
                await Task.WhenAny(held, Task.Delay(TimeSpan.FromSeconds(1)));
            }

            await held;
            Assert.Equal(0, await new MessageQueue(run.Installation.Storage.ShipQueue).CountAsync(FunctionAppRun.Patience));

            await StopAtAsync(gate, stopped);
        }

        Assert.Equal((2_050, 0L), (run.Siem.Received, run.Siem.Duplicates));
        run.Vendor.Publish(50);
        await using var next = await run.StartWorkerAsync();
        await run.TickUntilDeliveredAsync(next, 2_100);
        await run.ShippedAsync(next);

        Assert.Equal((2_100, 0L), (run.Siem.Received, run.Siem.Duplicates));
    }

    [Fact]
    public async Task A_stop_ends_a_fetch_at_once_with_its_pages_committed_and_its_lease_given_back()
    {
        await using var run = await FunctionAppRun.StartAsync(events: 20_000, vendorFaults: new FaultPlan().At(5, new Fault.Hang()));
        await using var stopped = await run.StartWorkerAsync();
        await stopped.TickAsync();
        var partition = new PartitionId("okta-prod", PartitionId.Single);
        var checkpoint = await run.Installation.Checkpoints.ReadAsync(partition, FunctionAppRun.Patience);
        while (run.Vendor.Faults.Taken == 0 || checkpoint.Cursor is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), FunctionAppRun.Patience);
            checkpoint = await run.Installation.Checkpoints.ReadAsync(partition, FunctionAppRun.Patience);
        }

        Assert.NotNull(checkpoint.LeaseOwner);
        Assert.NotNull(await stopped.Worker.TerminateAsync(FunctionAppRun.Grace));

        checkpoint = await run.Installation.Checkpoints.ReadAsync(partition, FunctionAppRun.Patience);
        Assert.Null(checkpoint.LeaseOwner);
        Assert.NotNull(checkpoint.Window);
        Assert.NotNull(checkpoint.Cursor);
    }

    // The worker is told to stop while deliveries wait at the gate, which opens a second later.
    private static async Task StopAtAsync(DeliveryGate gate, FedWorker worker)
    {
        var stopping = worker.StopAsync();
        await Task.WhenAny(worker.Worker.Ended, Task.Delay(TimeSpan.FromSeconds(1)));
        Assert.False(worker.Worker.Ended.IsCompleted, "the worker left its deliveries");
        gate.Open();
        Assert.NotNull(await stopping);
        Assert.Equal(0, await worker.Worker.Ended);
    }
}
