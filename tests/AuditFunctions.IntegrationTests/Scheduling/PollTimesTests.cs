using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Scheduling;

public sealed class PollTimesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_poll_instant_is_due_at_exactly_one_tick_however_the_ticks_are_cut() => Law.ForSeeds(1_000, random =>
    {
        var (source, interval) = ($"source-{random.Next()}", TimeSpan.FromSeconds(random.Next(10, 4_000)));
        var ticks = new List<DateTimeOffset> { Start.AddSeconds(random.Next(100_000)) };
        while (ticks[^1] < ticks[0] + (10 * interval))
        {
            ticks.Add(ticks[^1] + TimeSpan.FromTicks(1 + (long)(random.NextDouble() * interval.Ticks)));
        }

        var instants = 0;
        for (var at = PollTimes.NextAfter(source, interval, ticks[0]); at <= ticks[^1]; at += interval)
        {
            instants++;
        }

        var due = ticks.Zip(ticks.Skip(1)).Count(pair => PollTimes.IsDue(source, interval, pair.First, pair.Second));
        Assert.Equal(instants, due);
        Assert.InRange(instants, 10, 11);
    });

    [Fact]
    public void The_next_poll_instant_is_the_first_that_is_due() => Law.ForSeeds(1_000, random =>
    {
        var (source, interval) = ($"source-{random.Next()}", TimeSpan.FromSeconds(random.Next(10, 700_000)));
        var after = DateTimeOffset.UnixEpoch.AddSeconds(random.NextDouble() * 3e9);
        var next = PollTimes.NextAfter(source, interval, after);
        Assert.True(next > after && next - after <= interval);
        Assert.True(PollTimes.IsDue(source, interval, after, next));
        Assert.False(PollTimes.IsDue(source, interval, after, next - TimeSpan.FromTicks(1)));
    });

    [Fact]
    public void Sources_of_the_same_interval_are_spread_over_it()
    {
        var interval = TimeSpan.FromMinutes(10);
        var minutes = Enumerable.Range(0, 200).Select(n => (int)(PollTimes.NextAfter($"source-{n}", interval, Start) - Start).TotalMinutes).Distinct();
        Assert.Equal(10, minutes.Count());
    }

    [Theory]
    [InlineData(1, 2.5, 5)]
    [InlineData(2, 5, 10)]
    [InlineData(10, 1280, 2560)]
    [InlineData(11, 1800, 3600)]
    [InlineData(int.MaxValue, 1800, 3600)]
    public void Failed_polls_wait_between_half_of_and_the_whole_growing_time(int failures, double least, double most)
    {
        var waits = Enumerable.Range(0, 200).Select(seed => Backoff.AfterFailures(failures, new Random(seed)).TotalSeconds).ToArray();
        Assert.All(waits, wait => Assert.InRange(wait, least, most));
        Assert.True(waits.Max() - waits.Min() > (most - least) / 2, "chance does not spread them");
    }

    [Theory]
    [InlineData(0, 0.5, 1)]
    [InlineData(1, 0.5, 1)]
    [InlineData(4, 4, 8)]
    [InlineData(100, 450, 900)]
    public void Deliveries_wait_up_to_a_quarter_of_an_hour(int attempt, double least, double most) =>
        Assert.All(Enumerable.Range(0, 100), seed => Assert.InRange(Backoff.OfDelivery(attempt, new Random(seed)).TotalSeconds, least, most));
}
