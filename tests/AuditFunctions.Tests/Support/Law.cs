using FsCheck;
using FsCheck.Fluent;

namespace AuditFunctions.Tests.Support;

/// <summary>Checks a law on many generated cases; a failure prints the seed that leads to it.</summary>
internal static class Law
{
    public static void ForSeeds(int cases, Action<Random> law) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(cases),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => law(new Random(seed))));
}
