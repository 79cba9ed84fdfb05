using FsCheck;
using FsCheck.Fluent;

namespace AuditFunctions.Tests.Support;

/// <summary>
/// Checks a law on many generated cases, the same ones in every run: what passed yesterday passes today. With <c>AUDITFN_FRESH=1</c> they are new
/// ones, to look further; a failure prints what leads to it.
/// </summary>
internal static class Law
{
    /// <summary>How many cases, and which.</summary>
    public static Config Cases(int count)
    {
        var cases = Config.QuickThrowOnFailure.WithMaxTest(count);
        return Environment.GetEnvironmentVariable("AUDITFN_FRESH") == "1" ? cases : cases.WithReplay(20_260_101, 20_260_131);
    }

    public static void ForSeeds(int cases, Action<Random> law) => Check.One(
        Cases(cases),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => law(new Random(seed))));
}
