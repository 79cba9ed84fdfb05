using System.Globalization;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Crashes;

/// <summary>A moment at which the process is killed: before a call goes on, or after the server has answered it.</summary>
/// <param name="After">Whether it has been answered.</param>
/// <param name="Call">Which call: its number among all, or among those of its kind.</param>
/// <param name="Kind">The kind that is counted; null for all.</param>
internal sealed record SweepPoint(bool After, long Call, string? Kind = null)
{
    /// <summary>Environment variable that chooses the points: <c>full</c>, or single ones such as <c>before:17</c> or <c>after:3 table PATCH /Ledger</c>.</summary>
    public const string Variable = "AUDITFN_SWEEP";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(After ? "after" : "before")}:{Call}{(Kind is null ? "" : " " + Kind)}");

    /// <summary>The points of a sweep, and how they were chosen.</summary>
    /// <param name="after">Whether the process dies after its calls.</param>
    /// <param name="calls">The calls of an undisturbed run, in order, as <see cref="Describe"/> writes them.</param>
    public static (IReadOnlyList<SweepPoint> Points, string How) Choose(bool after, IReadOnlyList<string> calls)
    {
        var chosen = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(chosen))
        {
            // What fits into the checks of a change: each kind of call begins, and each has been answered late in the run. How often a kind comes differs from run to run.
            var points = calls.CountBy(KindOf, StringComparer.Ordinal).Select(kind => new SweepPoint(after, after ? Math.Max(1, kind.Value * 3 / 4) : 1, kind.Key));
            return ([.. points], $"{(after ? "a late" : "the first")} call of each kind");
        }

        if (chosen == "full")
        {
            return ([.. Enumerable.Range(1, calls.Count).Select(call => new SweepPoint(after, call))], "every call");
        }

        return ([.. chosen.Split(',').Select(Parse).Where(point => point.After == after)], $"as {Variable} says");
    }

    /// <summary>The points of a small sweep: before the first call of one kind, after a late one of the next; all that <see cref="Choose"/> says when somebody chooses.</summary>
    /// <param name="calls">As for <see cref="Choose"/>.</param>
    public static (IReadOnlyList<SweepPoint> Points, string How) ChooseByTurns(IReadOnlyList<string> calls)
    {
        var (before, how) = Choose(after: false, calls);
        var (after, _) = Choose(after: true, calls);
        return string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))
            ? ([.. before.Zip(after, (first, late) => (first, late)).Select((point, at) => at % 2 == 0 ? point.first : point.late)], "by turns before the first and after a late call of each kind")
            : ([.. before, .. after], how);
    }

    /// <summary>A call in words that can be compared between runs.</summary>
    public static string Describe(RelayCall call) => Ids.Shorten($"{call.Target} {call.Method} {call.PathAndQuery.Split('?')[0]}");

    /// <summary>The described call without what it is about: <c>table PATCH /Ledger</c>.</summary>
    public static string KindOf(string described) => described.Split('(')[0] is var call && call.Split('/') is [var start, var first, _, ..] ? $"{start}/{first}/…" : described.Split('(')[0];

    private static SweepPoint Parse(string text) => text.Split(':', 2) switch
    {
        ["before", var call] => Parse(after: false, call.Split(' ', 2)),
        ["after", var call] => Parse(after: true, call.Split(' ', 2)),
        _ => throw new FormatException($"{Variable} is '{text}': write 'full', or points such as 'before:17,after:3'."),
    };

    private static SweepPoint Parse(bool after, string[] call) => new(after, long.Parse(call[0], CultureInfo.InvariantCulture), call.ElementAtOrDefault(1));
}
