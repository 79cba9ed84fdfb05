using AuditFunctions.WorkerHost;
using Xunit.Abstractions;

namespace AuditFunctions.Tests.FunctionApp;

/// <summary>The published function app as a process, driven over the host's own protocol.</summary>
public sealed class WorkerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_published_app_describes_its_three_functions_as_the_pipeline_needs_them()
    {
        await using var run = await FunctionAppRun.StartAsync(events: 0);
        await using var started = await run.StartWorkerAsync();
        output.WriteLine($"Cold start, from the process to functions loaded: {started.ColdStart.TotalSeconds:0.00} s");

        var triggers = started.Worker.Functions.ToDictionary(function => function.Name, function => function.Trigger);
        Assert.Equal(["Fetch", "Schedule", "Ship"], triggers.Keys.Order(StringComparer.Ordinal));
        Assert.All(started.Worker.Functions, function => Assert.Equal(1, function.Bindings));
        Assert.Equal("timerTrigger", triggers["Schedule"].GetProperty("type").GetString());
        Assert.Equal("%ScheduleCron%", triggers["Schedule"].GetProperty("schedule").GetString());
        foreach (var name in (string[])["Fetch", "Ship"])
        {
            Assert.Equal("queueTrigger", triggers[name].GetProperty("type").GetString());
            Assert.Equal(name, triggers[name].GetProperty("queueName").GetString(), ignoreCase: true);
            Assert.Equal("String", triggers[name].GetProperty("dataType").GetString());
            Assert.False(triggers[name].TryGetProperty("connection", out _), "the queues are in the host's own account");
        }

        Assert.Equal("True", started.Worker.Capabilities["HandlesWorkerTerminateMessage"]);
        Assert.Equal("True", started.Worker.Capabilities["HandlesInvocationCancelMessage"]);
    }

    [Fact]
    public async Task A_tick_leads_to_every_event_delivered_once()
    {
        await using var run = await FunctionAppRun.StartAsync(events: 20_000);
        await using var started = await run.StartWorkerAsync();

        Assert.Equal(new InvocationResult(InvocationStatus.Succeeded, ""), await started.TickAsync());
        await run.Siem.WaitForAsync(20_000, FunctionAppRun.Patience);
        await Task.WhenAll(started.Fetch.StopAsync(), started.Ship.StopAsync());

        Assert.Equal((20_000, 0L), (run.Siem.Received, run.Siem.Duplicates));
        Assert.All(started.Fetch.Results.Concat(started.Ship.Results), result => Assert.Equal(InvocationStatus.Succeeded, result.Status));
        Assert.True(started.Ship.Results.Count > 1, "the events never went through the queue");
        Assert.Contains("events", started.Worker.Console, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)] // the host lives on and shows again what its worker had
    [InlineData(true)]  // the whole instance is gone: what it had taken stays hidden for as long as it said
    public async Task A_killed_worker_loses_no_event_and_repeats_only_what_was_in_flight(bool hostDies)
    {
        using var gate = new DeliveryGate(passes: 5);
        await using var run = await FunctionAppRun.StartAsync(events: 20_000, gate.Siem, settings: FunctionAppRun.ShortLeases);
        await using (var victim = await run.StartWorkerAsync())
        {
            await victim.TickAsync();
            await gate.HeldAsync(FunctionAppRun.Patience);
            await victim.KillAsync(gate, hostDies);
        }

        var inFlight = gate.Open();
        await using var survivor = await run.StartWorkerAsync();
        await run.TickUntilDeliveredAsync(survivor, 20_000);
        await run.ShippedAsync(survivor);

        Assert.All(run.Vendor.OfferedIds, id => Assert.InRange(run.Siem.CountOf(id), 1, 2));
        Assert.Equal(20_000, run.Siem.Received);
        var taken = (PublishedApp.Queues().BatchSize + PublishedApp.Queues().NewBatchThreshold) * 1_000;
        Assert.InRange(run.Siem.Duplicates, inFlight, taken);
    }
}
