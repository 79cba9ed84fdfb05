using System.Globalization;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Crashes;

/// <summary>A moment at which the process is killed: before a call goes on, or after the server has answered it.</summary>
internal sealed record SweepPoint(bool After, long Call)
{
    /// <summary>Environment variable that chooses the points: <c>full</c>, or single ones such as <c>before:17</c>.</summary>
    public const string Variable = "AUDITFN_SWEEP";

    // Of each sweep, when nothing is chosen: what fits into the checks of a change.
    private const int Sampled = 100;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(After ? "after" : "before")}:{Call}");

    /// <summary>The points of a sweep over so many calls, and how they were chosen.</summary>
    public static (IReadOnlyList<SweepPoint> Points, string How) Choose(bool after, long calls)
    {
        var chosen = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(chosen))
        {
            // Evenly, from the middle of the first step on; both sweeps together meet twice as many different calls.
            var step = Math.Max(1, calls / (double)Sampled);
            var offset = step * (after ? 0.75 : 0.25);
            return ([.. Enumerable.Range(0, (int)(calls / step)).Select(i => new SweepPoint(after, 1 + (long)(offset + (i * step)))).Distinct()],
                string.Create(CultureInfo.InvariantCulture, $"every {step:0.0} calls from {1 + (long)offset} on"));
        }

        if (chosen == "full")
        {
            return ([.. Enumerable.Range(1, (int)calls).Select(call => new SweepPoint(after, call))], "every call");
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
