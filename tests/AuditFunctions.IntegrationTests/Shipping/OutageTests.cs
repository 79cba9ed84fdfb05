using System.Globalization;
using System.Text.RegularExpressions;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>Destinations that are down for long.</summary>
public sealed partial class OutageTests
{
    [Fact]
    public async Task After_ten_days_every_batch_is_still_there_and_arrives_once()
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Every(1, HecFault.Busy));
        var batch = ShipStage.Batch("a");
        var end = stage.Harness.Time.GetUtcNow().AddDays(10);
        var (attempts, handled) = (0, 0);
        while (stage.Harness.Time.GetUtcNow() < end)
        {
            await stage.HandleAsync(batch with { Attempt = attempts });

            // It was tried, or only put off while the circuit was open; in both cases there is one more message for it.
            handled++;
            attempts = stage.Siem.Requests;
            stage.Harness.Clock.Advance(attempts < 20 ? Waits(stage)[^1] : CircuitRules.LongestDeferral);
        }

        Assert.Equal((handled, 0), (await stage.WaitingAsync(), await stage.DeadLettersAsync()));
        await stage.Harness.Storage.ShipQueue.ClearMessagesAsync();
        Assert.Equal(attempts, Waits(stage).Length);
        Assert.All(Waits(stage), wait => Assert.InRange(wait, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(15)));
        Assert.InRange(attempts, 10 * 24 * 4, 10 * 24 * 4 * 2);
        Assert.Single(stage.Harness.Log.Of(3031));
        stage.Siem.Faults.Clear();
        await stage.HandleAsync(batch with { Attempt = attempts });
        Assert.Equal((1, 1, 0), (stage.Siem.Received, stage.Siem.CountOf("a"), await stage.WaitingAsync()));
        Assert.Contains("since 2026-01-01 00:00:00Z", Assert.Single(stage.Harness.Log.Of(3033)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deferral_is_a_new_message_that_tells_its_attempts_and_one_behind_an_open_circuit_is_no_attempt()
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Next(1, HecFault.Busy));
        await stage.HandleAsync(ShipStage.Batch("a"));
        var tried = await stage.DeferredAsync();
        Assert.Equal(1, tried.Attempt);
        await stage.HandleAsync(tried);
        Assert.Equal((1, 1), (stage.Siem.Requests, (await stage.DeferredAsync()).Attempt));
    }

    [Theory]
    [InlineData("31536000", 3_600)]     // a year: once an hour it is asked all the same
    [InlineData("1800", 1_800)]
    public async Task Retry_after_is_respected_up_to_an_hour(string retryAfter, int seconds)
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Next(1, new Fault.Status(429, retryAfter)));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.InRange(Waits(stage).Single(), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.Equal(1, stage.Siem.Requests);
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(1));
        await stage.HandleAsync(ShipStage.Batch("a"));
        Assert.Equal(1, stage.Siem.Received);
    }

    [Fact]
    public void Batches_behind_an_open_circuit_sleep_at_most_a_quarter_of_the_outage_and_fifteen_minutes_and_spread_with_their_number()
    {
        var random = new Random(7);
        var now = new ManualTime().GetUtcNow();
        for (var at = 0; at < 20_000; at++)
        {
            var open = TimeSpan.FromSeconds(random.NextDouble() * (at % 10 == 0 ? 3_600 : 64));
            var age = TimeSpan.FromSeconds(Math.Pow(random.NextDouble(), 4) * 864_000) + TimeSpan.FromSeconds(1);
            var record = new DestinationRecord { Failures = 1, OpenUntil = now + open, FailingSinceAt = now - age, Backlog = random.Next(0, 20_000) };
            var sleep = CircuitRules.Deferral(record, now, random);
            Assert.InRange(sleep, TimeSpan.Zero, CircuitRules.LongestDeferral);
            Assert.True(sleep >= TimeSpan.FromMinutes(12) || sleep >= open * 0.8, $"{sleep} is earlier than the circuit's {open}");
            var sparse = Math.Max(60, record.Backlog);
            Assert.True(sleep <= Longest(open * 1.25, TimeSpan.FromSeconds(Math.Min(sparse, age.TotalSeconds / 4)), TimeSpan.FromSeconds(1.5)), $"{sleep} after {age} with {record.Backlog}");
        }

        var long_ = new DestinationRecord { Failures = 9, OpenUntil = now.AddSeconds(60), FailingSinceAt = now.AddDays(-10), Backlog = 5_000 };
        var sleeps = Enumerable.Range(0, 1_000).Select(_ => CircuitRules.Deferral(long_, now, random).TotalMinutes).ToArray();
        Assert.InRange(sleeps.Max() - sleeps.Min(), 13, 14);
    }

    private static TimeSpan Longest(params TimeSpan[] all) => all.Max();

    private static TimeSpan[] Waits(ShipStage stage) =>
        [.. stage.Harness.Log.Of(3003).Select(line => TimeSpan.Parse(Deferred().Match(line).Groups["wait"].Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"deferred for (?<wait>[0-9:.]+) after", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Deferred();
}
