using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.State;

/// <summary>A machine's clock ran a day ahead for a moment and was put right: what the process remembers from then must not count until that day has come.</summary>
public sealed class ClockPutRightTests
{
    [Fact]
    public async Task Rows_that_were_read_then_are_read_again()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z");
        var definitions = harness.Get<DefinitionCache>();
        harness.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await definitions.DestinationsAsync(DefinitionCache.UsualMaxAge, default));
        harness.Clock.SetBack(TimeSpan.FromDays(1));
        await harness.AddDestinationAsync("late", ("type", "stdout"));
        Assert.Equal(["late"], (await definitions.DestinationsAsync(DefinitionCache.UsualMaxAge, default)).Keys);
        await harness.AddDestinationAsync("later", ("type", "stdout"));
        Assert.Equal(2, (await definitions.DestinationsAsync(TimeSpan.Zero, default)).Count);
    }
}
