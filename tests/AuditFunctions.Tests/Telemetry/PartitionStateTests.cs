using AuditFunctions.Pipeline.State;
using AuditFunctions.Pipeline.Telemetry;

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
        { "no checkpoint", "never polled" },
        { "empty", "never polled" },                            // a row without a poll
        { "leased", "catching up" },                            // its very first run
        { "polled fetched", "ok" },
        { "polled", "idle" },
        { "polled fetched-long-ago", "idle" },
        { "polled fetched window", "catching up" },             // left in the middle
        { "polled fetched leased", "catching up" },
        { "polled throttled", "throttled until 12:01:00" },
        { "polled failed", "backed off until 12:01:00" },
        { "polled failed window", "backed off until 12:01:00" },
        { "polled failed-often", "failing since 11:50:00" },
        { "polled refused", "failing since 11:50:00" },         // somebody has to change something
        { "polled-long-ago", "not polled since 2026-01-30 12:00:00" },
        { "polled-long-ago fetched leased", "catching up" },    // at work now
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void State_follows_from_row_and_checkpoint(string facts, string words)
    {
        bool Is(string fact) => facts.Split(' ').Contains(fact);
        var failures = Is("failed") || Is("throttled") || Is("refused") ? 1 : Is("failed-often") ? 3 : 0;
        var checkpoint = new Checkpoint
        {
            LeaseOwner = Is("leased") ? "someone" : null,
            LeaseUntil = Is("leased") ? Now + Minute : null,
            Window = Is("window") ? new WindowInProgress(Now - Minute, Now, Now, null) : null,
            Status = new PartitionStatus
            {
                LastPollAt = Is("polled") ? Now - Minute : Is("polled-long-ago") ? Now.AddDays(-1) : null,
                LastFetchAt = Is("fetched") ? Now - Minute : Is("fetched-long-ago") ? Now.AddHours(-2) : null,
                Failures = failures,
                FailingSinceAt = failures > 0 ? Now.AddMinutes(-10) : null,
                LastError = Is("throttled") ? "HTTP 429: " + PartitionStatus.ThrottledError : failures > 0 ? "no answer" : null,
                NextPollAt = failures > 0 ? Now + Minute : null,
                NeedsAttention = Is("refused"),
            },
        };

        var state = PartitionState.Of(Is("bad"), !Is("paused"), Minute, facts == "no checkpoint" ? null : checkpoint, TimeSpan.FromMinutes(15), Now);

        Assert.Equal(words, state.Describe(Now));
    }

    [Fact]
    public void Every_state_has_words_of_its_own()
    {
        var words = Enum.GetValues<PartitionHealth>().Select(health => new PartitionState(health).Describe(Now)).ToArray();
        Assert.Equal(words.Length, words.Distinct().Count());
    }
}
