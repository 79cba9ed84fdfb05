using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

public sealed class CircuitsTests
{
    private static TimeSpan Most(int failures) => TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures, 7) - 1));

    [Fact]
    public void Open_circuit_lets_nobody_through_then_one_probe_at_a_time_and_the_wait_grows()
    {
        var time = new ManualTime();
        var circuits = new Circuits(time, new Random(1));
        Assert.Equal(TimeSpan.Zero, circuits.WaitFor("a"));
        for (var failures = 1; failures < 12; failures++)
        {
            var wait = circuits.Open("a", null);
            Assert.InRange(wait, Most(failures) / 2, Most(failures));
            Assert.Equal(wait, circuits.WaitFor("a"));
            Assert.Equal(TimeSpan.Zero, circuits.WaitFor("b"));
            time.Advance(wait);
            Assert.Equal(TimeSpan.Zero, circuits.WaitFor("a"));

            // However long the probe takes.
            time.Advance(TimeSpan.FromMinutes(2));
            Assert.True(circuits.WaitFor("a") > TimeSpan.Zero, "a second probe was let through");
        }

        circuits.Close("a");
        Assert.Equal(TimeSpan.Zero, circuits.WaitFor("a"));
        Assert.Equal(TimeSpan.Zero, circuits.WaitFor("a"));
        Assert.InRange(circuits.Open("a", null), Most(1) / 2, Most(1));
    }

    [Fact]
    public void Deliveries_that_fail_together_count_as_one_failure()
    {
        var circuits = new Circuits(new ManualTime(), new Random(1));
        var waits = Enumerable.Range(0, 20).Select(_ => circuits.Open("a", null)).ToArray();
        Assert.All(waits, wait => Assert.InRange(wait, Most(1) / 2, Most(1)));
    }

    [Fact]
    public void Probe_that_did_not_ask_leaves_its_place_to_another()
    {
        var time = new ManualTime();
        var circuits = new Circuits(time, new Random(1));
        time.Advance(circuits.Open("a", TimeSpan.FromMinutes(5)));
        Assert.Equal(new ManualTime().GetUtcNow().AddMinutes(5), time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, circuits.WaitFor("a"));
        Assert.NotEqual(TimeSpan.Zero, circuits.WaitFor("a"));
        circuits.Leave("a");
        Assert.Equal(TimeSpan.Zero, circuits.WaitFor("a"));
    }

    [Fact]
    public async Task While_a_siem_is_down_batches_wait_unasked_and_all_arrive_once_when_it_is_back()
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Next(2, HecFault.Busy));
        var batches = Enumerable.Range(0, 8).Select(n => ShipStage.Batch($"n{n}")).ToArray();
        await stage.HandleAsync(batches[0]);
        await Task.WhenAll(batches.Select(stage.HandleAsync));
        Assert.Equal(1, stage.Siem.Requests);

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(2));
        await Task.WhenAll(batches.Select(stage.HandleAsync));
        Assert.Equal((2, 0), (stage.Siem.Requests, stage.Siem.Received));

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(2));
        await stage.HandleAsync(batches[0]);
        await Task.WhenAll(batches.Select(stage.HandleAsync));
        Assert.Equal((8, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }
}
