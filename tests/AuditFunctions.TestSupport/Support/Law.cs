using System.Diagnostics;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace AuditFunctions.Tests.Support;

/// <summary>
/// Checks a law on many generated cases, the same ones in every run: what passed yesterday passes today. With <c>AUDITFN_FRESH=1</c> they are new
/// ones, to look further; a failure prints what leads to it. With <c>AUDITFN_FUZZ=10</c> each test of category Fuzz goes on with new ones for ten minutes.
/// </summary>
internal static class Law
{
    private static bool Fresh => Environment.GetEnvironmentVariable("AUDITFN_FRESH") == "1";

    /// <summary>How many cases, and which.</summary>
    public static Config Cases(int count)
    {
        var cases = Config.QuickThrowOnFailure.WithMaxTest(count);
        return Fresh ? cases : cases.WithReplay(20_260_101, 20_260_131);
    }

    public static void ForSeeds(int cases, Action<Random> law)
    {
        Check.One(Cases(cases), Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => law(new Random(seed))));
        foreach (var seed in More())
        {
            try
            {
                law(new Random(seed));
            }
            catch (Exception exception)
            {
                throw Broken(seed, exception);
            }
        }
    }

    /// <summary>The same for a law that awaits something.</summary>
    public static async Task ForSeedsAsync(int cases, Func<Random, Task> law)
    {
        foreach (var seed in (Fresh ? Enumerable.Repeat(0, cases).Select(_ => Random.Shared.Next()) : Enumerable.Range(0, cases)).Concat(More()))
        {
            try
            {
                await law(new Random(seed));
            }
            catch (Exception exception)
            {
                throw Broken(seed, exception);
            }
        }
    }

    private static InvalidOperationException Broken(int seed, Exception exception) => new($"The law does not hold for 'new Random({seed})'.", exception);

    private static IEnumerable<int> More()
    {
        var longest = TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("AUDITFN_FUZZ") ?? "0", CultureInfo.InvariantCulture));
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < longest;)
        {
            yield return Random.Shared.Next();
        }
    }
}
