using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Which slice of which tier comes next.</summary>
public sealed class TierPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A pass reaches no further back than the vendor's retention. One that stood still until all that was left of it was too old never ended, and no tier was read again.</summary>
    [Fact]
    public void Pass_that_stood_still_until_nothing_of_it_can_be_read_any_more_makes_way_for_a_fresh_one()
    {
        var left = Left(new TierSweep("3d", Now.AddDays(-10), Now.AddDays(-9), null, null));
        var next = TierPlanner.Next(left, Timing, Now);
        Assert.NotNull(next);
        Assert.Equal(Now, next.Sweep!.StartedAt);
        Assert.Equal(left.MarkAt - Timing.Overlap + TimeSpan.FromSeconds(1), next.Window.ToAt);
        Assert.Null(TierPlanner.Next(left with { TiersRead = $"3d@{Now.AddHours(-1):O}" }, Timing, Now));
    }

    [Fact]
    public void Pass_of_which_something_can_still_be_read_goes_on()
    {
        var sweep = new TierSweep("3d", Now.AddHours(-5), Now.AddHours(-20), null, null);
        Assert.Equal((sweep.StartedAt, sweep.ToAt), (TierPlanner.Next(Left(sweep), Timing, Now)!.Sweep!.StartedAt, TierPlanner.Next(Left(sweep), Timing, Now)!.Window.ToAt));
    }

    [Theory]
    [InlineData(5, false)] // less than clocks may differ
    [InlineData(60 * 24, true)] // a clock that ran ahead for a moment
    public void Tier_that_was_read_in_the_future_is_read_again(int minutesAhead, bool isDue) =>
        Assert.Equal(isDue, TierPlanner.Next(Left(null) with { TiersRead = $"3d@{Now.AddMinutes(minutesAhead):O}" }, Timing, Now) is not null);

    private static TimingDefinition Timing { get; } = new()
    {
        Interval = TimeSpan.FromMinutes(5),
        Lag = TimeSpan.Zero,
        Overlap = TimeSpan.FromMinutes(10),
        Lookback = TimeSpan.FromHours(1),
        Retention = TimeSpan.FromDays(7),
        Tiers = [new LookbackTier(TimeSpan.FromDays(3), TimeSpan.FromHours(6))],
        Granularity = TimeSpan.Zero,
        PageSize = 100,
        RequestInterval = TimeSpan.Zero,
        RequestTimeout = TimeSpan.FromSeconds(60),
    };

    private static Checkpoint Left(TierSweep? sweep) => new() { MarkAt = Now.AddMinutes(-1), RememberedFromAt = Now.AddDays(-30), Sweep = sweep };
}
