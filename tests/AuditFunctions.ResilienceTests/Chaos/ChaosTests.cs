using AuditFunctions.Chaos;
using AuditFunctions.Chaos.Plan;
using Xunit.Abstractions;

namespace AuditFunctions.Tests.Chaos;

/// <summary>A short run of tests/AuditFunctions.Chaos with a seed that is always the same; longer ones, and fresh seeds, are started by hand and every night.</summary>
[Trait("Category", "Chaos")]
[Collection(nameof(Crashes.SweepsRunAlone))]
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_is_lost_and_every_duplicate_is_explained_although_everything_keeps_failing()
    {
        using var printed = new StringWriter();
        var account = await ChaosRun.RunAsync(new ChaosOptions { Seed = 42, Minutes = 1 }, printed, CancellationToken.None);
        output.WriteLine(printed.ToString());
        Assert.True(account.Failures.Count == 0, printed.ToString());
    }
}
