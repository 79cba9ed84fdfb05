using AuditFunctions.Pipeline.Health;
using AuditFunctions.Pipeline.Storage.Destinations;

namespace AuditFunctions.Tests.Telemetry;

public sealed class DestinationStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What a case changes, the state in words, and why.</summary>
    public static TheoryData<string, string> Cases() => new()
    {
        { "", "never used" },
        { "known", "idle" },                                     // it has a record: it was used
        { "delivered", "ok" },                                   // the ledger says so
        { "known delivered", "ok" },
        { "known delivered-long-ago", "idle" },
        { "delivered-long-ago", "idle" },
        { "known delivered waiting", "draining (1,000 wait)" },
        { "known delivered few", "ok" },                         // as many may be uncounted
        { "failing", "failing since 11:00:00" },
        { "failing waiting delivered", "failing since 11:00:00" },
        { "failing refused", "refused since 11:00:00" },
        { "bad", "bad row" },
        { "bad failing", "bad row" },                            // what is to be mended first
        { "bad delivered waiting", "bad row" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void State_follows_from_row_record_and_deliveries(string facts, string words)
    {
        bool Is(string fact) => facts.Split(' ').Contains(fact);
        var record = Is("known") || Is("failing")
            ? new DestinationRecord { Failures = Is("failing") ? 1 : 0, FailingSinceAt = Is("failing") ? Now.AddHours(-1) : null, NeedsAttention = Is("refused"), Reason = Is("failing") ? "HTTP 503" : null }
            : null;
        DateTimeOffset? delivered = Is("delivered") ? Now.AddMinutes(-1) : Is("delivered-long-ago") ? Now.AddDays(-1) : null;

        var state = DestinationState.Of(Is("bad") ? "url: is missing." : null, record, Is("waiting") ? 1_000 : Is("few") ? 64 : 0, delivered, Now);

        Assert.Equal(words, state.Describe(Now));
        Assert.Equal(state.Health is DestinationHealth.Failing or DestinationHealth.Refused or DestinationHealth.BadRow, state.Reason is not null);
    }

    [Fact]
    public void Every_state_has_words_of_its_own()
    {
        var words = Enum.GetValues<DestinationHealth>().Select(health => new DestinationState(health, 0).Describe(Now)).ToArray();
        Assert.Equal(words.Length, words.Distinct().Count());
    }
}
