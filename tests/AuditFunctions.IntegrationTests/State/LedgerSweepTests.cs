using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.State;

/// <summary>What the ledger forgets, and when.</summary>
public sealed class LedgerSweepTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>A destination that is away for longer than the ledger remembers deliveries must not get again what it took before.</summary>
    [Fact]
    public async Task Row_of_a_batch_that_was_delivered_in_part_stays_as_long_as_its_body()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z");
        var ledger = harness.Get<Ledger>();
        var whole = MessageTests.Message;
        await ledger.MarkDeliveredAsync(whole, Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(whole, "a", Minute, default)), default);
        var part = MessageTests.Message with { BatchId = new string('b', 32) };
        var claim = Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(part, "b", Minute, default));
        claim = Assert.IsType<LedgerClaim.Granted>(await ledger.KeepAsync(part, claim, SplitProgress.Of(3).Write(), Minute, default));
        await ledger.ReleaseAsync(part, claim, default);

        // Storage says when a row was written, by its own clock.
        var (before, later) = (new DateOnly(2020, 1, 1), new DateOnly(2100, 1, 1));
        Assert.Equal(1, await ledger.SweepAsync(later, before, default));
        claim = Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(part, "c", Minute, default));
        Assert.NotNull(claim.Split);
        Assert.Equal(1, await ledger.SweepAsync(later, later, default));
        Assert.Null(Assert.IsType<LedgerClaim.Granted>(await ledger.ClaimAsync(part, "d", Minute, default)).Split);
    }
}
