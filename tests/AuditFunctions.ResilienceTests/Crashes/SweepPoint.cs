using System.Globalization;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Crashes;

/// <summary>A moment at which the process is killed: before a call goes on, or after the server has answered it.</summary>
internal sealed record SweepPoint(bool After, long Call)
{
    /// <summary>Environment variable that chooses the points: <c>full</c>, or single ones such as <c>before:17</c>.</summary>
    public const string Variable = "AUDITFN_SWEEP";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(After ? "after" : "before")}:{Call}");

    /// <summary>The points of a sweep, and how they were chosen.</summary>
    /// <param name="after">Whether the process dies after its calls.</param>
    /// <param name="calls">The calls of an undisturbed run, in order, as <see cref="Describe"/> writes them.</param>
    public static (IReadOnlyList<SweepPoint> Points, string How) Choose(bool after, IReadOnlyList<string> calls)
    {
        var chosen = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(chosen))
        {
            // What fits into the checks of a change: each kind of call begins, and each has been answered for the last time.
            var kinds = Enumerable.Range(0, calls.Count).GroupBy(call => KindOf(calls[call]), StringComparer.Ordinal);
            var points = kinds.Select(kind => new SweepPoint(after, 1 + (after ? kind.Last() : kind.First()))).OrderBy(point => point.Call);
            return ([.. points], $"the {(after ? "last" : "first")} call of each kind");
        }

        if (chosen == "full")
        {
            return ([.. Enumerable.Range(1, calls.Count).Select(call => new SweepPoint(after, call))], "every call");
        }

        return ([.. chosen.Split(',').Select(Parse).Where(point => point.After == after)], $"as {Variable} says");
    }

    /// <summary>A call in words that can be compared between runs.</summary>
    public static string Describe(RelayCall call) => Ids.Shorten($"{call.Target} {call.Method} {call.PathAndQuery.Split('?')[0]}");

    /// <summary>The described call without what it is about: <c>table PATCH /Ledger</c>.</summary>
    public static string KindOf(string described) => described.Split('(')[0] is var call && call.Split('/') is [var start, var first, _, ..] ? $"{start}/{first}/…" : described.Split('(')[0];

    private static SweepPoint Parse(string text) => text.Split(':') switch
    {
        ["before", var call] => new SweepPoint(After: false, long.Parse(call, CultureInfo.InvariantCulture)),
        ["after", var call] => new SweepPoint(After: true, long.Parse(call, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"{Variable} is '{text}': write 'full', or points such as 'before:17,after:3'."),
    };
}
