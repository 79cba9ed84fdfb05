using AuditFunctions.Configuration;
using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources;

namespace AuditFunctions.Tests.Telemetry;

public sealed class PartitionStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>What a case changes, the state in words, and why.</summary>
    public static TheoryData<string, string> Cases() => new()
    {
        { "paused", "paused" },
        { "paused bad", "paused" },                             // what is paused may be wrong
        { "bad", "bad row" },
        { "no-checkpoint", "never polled" },
        { "empty", "never polled" },                            // a row without a poll
        { "leased", "catching up" },                            // its very first run
        { "polled fetched", "ok" },
        { "polled", "idle" },
        { "polled fetched-long-ago", "idle" },
        { "polled fetched window", "catching up" },             // left in the middle
        { "polled fetched leased", "catching up" },
        { "polled throttled", "throttled until 12:01:00" },
        { "polled throttled fails-for-hours", "failing since 05:59:00" }, // it does not let us read
        { "polled throttled fetched-long-ago expects", "silent since 10:00:00" }, // it throttles, and events are missed
        { "polled throttled fails-for-hours fetched-long-ago expects", "failing since 05:59:00" },
        { "polled failed", "backed off until 12:01:00" },
        { "polled failed window", "backed off until 12:01:00" },
        { "polled failed-often", "failing since 11:50:00" },
        { "polled refused", "failing since 11:50:00" },         // somebody has to change something
        { "polled-long-ago", "not polled since 2026-01-30 12:00:00" },
        { "polled-long-ago fetched leased", "catching up" },    // at work now
        { "polled fetched blocked", "blocked by destination" },
        { "no-checkpoint blocked", "blocked by destination" },  // not even its first poll
        { "polled-long-ago blocked", "blocked by destination" }, // that is why
        { "polled failed-often blocked", "blocked by destination" },
        { "paused blocked", "paused" },
        { "bad blocked", "bad row" },
        { "polled fetched-long-ago expects", "silent since 10:00:00" },
        { "polled fetched expects", "ok" },
        { "polled first-long-ago expects", "silent since 09:00:00" }, // never an event since its first poll
        { "polled expects", "idle" },                           // nobody knows since when
        { "polled failed-often fetched-long-ago expects", "failing since 11:50:00" }, // it is not the vendor who is silent
        { "polled window fetched-long-ago expects", "silent since 10:00:00" },
        { "no-row", "no row" },
        { "no-row polled failed-often", "no row" },
        { "leased-far", "never polled" },                       // a clock ran ahead
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void State_follows_from_row_and_checkpoint(string facts, string words)
    {
        bool Is(string fact) => facts.Split(' ').Contains(fact);
        var failures = Is("failed") || Is("throttled") || Is("refused") ? 1 : Is("failed-often") ? 3 : 0;
        var checkpoint = new Checkpoint
        {
            LeaseOwner = Is("leased") || Is("leased-far") ? "someone" : null,
            LeaseUntil = Is("leased") ? Now + Minute : Is("leased-far") ? Now.AddYears(1) : null,
            Window = Is("window") ? new WindowInProgress(Now - Minute, Now, Now, null) : null,
            Status = new PartitionStatus
            {
                LastPollAt = Is("polled") ? Now - Minute : Is("polled-long-ago") ? Now.AddDays(-1) : null,
                LastFetchAt = Is("fetched") ? Now - Minute : Is("fetched-long-ago") ? Now.AddHours(-2) : null,
                FirstPollAt = Is("first-long-ago") ? Now.AddHours(-3) : null,
                Failures = failures,
                FailingSinceAt = Is("fails-for-hours") ? Now.AddMinutes(-361) : failures > 0 ? Now.AddMinutes(-10) : null,
                Failure = Is("throttled") ? FailureKind.Throttled : failures > 0 ? FailureKind.Failed : FailureKind.None,
                LastError = failures > 0 ? "no answer" : null,
                NextPollAt = failures > 0 ? Now + Minute : null,
                NeedsAttention = Is("refused"),
            },
        };

        var state = PartitionState.Of(
            new PartitionFacts
            {
                Partition = new PartitionId("acme", PartitionId.Single),
                HasRow = !Is("no-row"),
                IsEnabled = !Is("paused"),
                Problems = Is("bad") ? [new Problem("token", "is missing.")] : [],
                Interval = Minute,
                ExpectEvery = Is("expects") ? TimeSpan.FromHours(1) : null,
                Checkpoint = Is("no-checkpoint") ? null : checkpoint,
                Blocked = Is("blocked") ? "11 batches wait" : null,
                IdleStatusInterval = TimeSpan.FromMinutes(15),
            },
            Now);

        Assert.Equal(words, state.Describe(Now));
        Assert.True(state.IsWell || state.Reason?.Length > 0, "nobody says why");
    }

    /// <summary>With a tick each hour, a source whose row says every minute is polled each hour.</summary>
    [Theory]
    [InlineData(90, PartitionHealth.Ok)]
    [InlineData(137, PartitionHealth.Overdue)]
    public void A_source_is_overdue_by_the_ticks_where_those_are_rarer_than_its_polls(int minutes, PartitionHealth health)
    {
        var facts = new PartitionFacts
        {
            Partition = new PartitionId("acme", PartitionId.Single),
            Interval = Minute,
            TickPause = TimeSpan.FromHours(1),
            IdleStatusInterval = TimeSpan.FromMinutes(15),
            Checkpoint = new Checkpoint { Status = new PartitionStatus { LastPollAt = Now.AddMinutes(-minutes), LastFetchAt = Now } },
        };

        Assert.Equal(health, PartitionState.Of(facts, Now).Health);
        Assert.Equal(PartitionHealth.Overdue, PartitionState.Of(facts with { TickPause = TimeSpan.FromSeconds(30) }, Now).Health);
    }

    [Fact]
    public void Every_state_has_words_of_its_own()
    {
        var words = Enum.GetValues<PartitionHealth>().Select(health => new PartitionState(health).Describe(Now)).ToArray();
        Assert.Equal(words.Length, words.Distinct().Count());
    }
}
