using AuditFunctions.Chaos;
using Xunit.Abstractions;

namespace AuditFunctions.Tests.Chaos;

/// <summary>Short runs of tests/AuditFunctions.Chaos; longer ones are started by hand. One with a seed that is always the same, one with a fresh one, which the account prints.</summary>
[Trait("Category", "Chaos")]
[Collection(nameof(Crashes.SweepsRunAlone))]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const double Minutes = 1;

    public static TheoryData<string, int> Seeds => new()
    {
        { "the same always", 42 },
        { "fresh", new ChaosOptions().Seed },
    };

    [Theory]
    [MemberData(nameof(Seeds), DisableDiscoveryEnumeration = true)]
    public async Task Nothing_is_lost_and_every_duplicate_is_explained_although_everything_keeps_failing(string kind, int seed)
    {
        using var printed = new StringWriter();
        var account = await ChaosRun.RunAsync(new ChaosOptions { Seed = seed, Minutes = Minutes }, printed, CancellationToken.None);
        output.WriteLine($"{kind}: {printed}");
        Assert.True(account.Failures.Count == 0, printed.ToString());
    }
}
