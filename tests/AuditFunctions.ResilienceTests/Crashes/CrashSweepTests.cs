using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace AuditFunctions.Tests.Crashes;

/// <summary>
/// A process is killed (SIGKILL) at each call that it makes to storage, a vendor or a SIEM, just before the call goes on or just after the server
/// has answered it; another process finishes; and nothing is lost, and nothing arrives twice but what was in flight.
/// </summary>
[Trait("Category", "Sweep")]
[Collection(nameof(SweepsRunAlone))]
public sealed class CrashSweepTests(ITestOutputHelper output)
{
    // Most of a run is waiting for a lease or a hidden message of the dead process to run out.
    private const int AtOnce = 12;

    private static readonly Lazy<Task<SweepRun>> Undisturbed = new(() => SweepRun.RunAsync(null, null, Patience));

    // Messages that storage handed out in an answer that came too late are hidden for two minutes; a machine that stalls makes such answers.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(30)).Token;

    [Fact]
    public async Task An_undisturbed_run_delivers_every_event_once()
    {
        var run = await Undisturbed.Value;

        output.WriteLine($"{run.Calls} calls, {run.DeadLettered.Count} events dead-lettered");
        foreach (var group in run.CallNames.GroupBy(SweepPoint.KindOf).OrderByDescending(group => group.Count()))
        {
            output.WriteLine($"{group.Count(),4} {group.Key}");
        }

        Assert.True(run.Problems.Count == 0, string.Join("\n", run.Problems));
        Assert.Equal(0, run.Duplicates);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_call_it_loses_nothing_and_repeats_only_what_was_in_flight(bool after)
    {
        var undisturbed = await Undisturbed.Value;
        var (points, how) = SweepPoint.Choose(after, undisturbed.CallNames);
        var watch = Stopwatch.StartNew();
        var runs = new ConcurrentBag<SweepRun>();
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (point, _) => runs.Add(await RunAsync(point, undisturbed.DeadLettered)));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"killed {(after ? "after" : "before")} a call: {runs.Count} runs ({how} of {undisturbed.Calls}), {runs.Count(run => run.WasKilled)} killed, "
            + $"{runs.Count(run => run.Duplicates > 0)} with events twice ({runs.Sum(run => run.Duplicates)} in all), {watch.Elapsed.TotalSeconds:0} s"));
        foreach (var run in runs.Where(run => run.Duplicates > 0).OrderBy(run => run.Point!.Call))
        {
            output.WriteLine($"{run.Duplicates} events twice: {run.Point} {run.KilledAt}");
        }

        string[] wrong = [.. runs.Where(run => run.Problems.Count > 0).OrderBy(run => run.Point!.Call)
            .Select(run => $"{SweepPoint.Variable}={run.Point} (killed at {(run.WasKilled ? run.KilledAt : "no call")}): {string.Join("; ", run.Problems)}")];
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {runs.Count} runs ended wrong:\n{string.Join("\n", wrong)}");
        Assert.Equal(points.Count, runs.Count);
        Assert.InRange(runs.Count(run => run.WasKilled), points.Count * 8 / 10, points.Count);
    }

    private static async Task<SweepRun> RunAsync(SweepPoint point, IReadOnlyList<string> deadLettered)
    {
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            return await SweepRun.RunAsync(point, deadLettered, limit.Token);
        }
        catch (Exception exception)
        {
            return new SweepRun(point, "", 0, [limit.IsCancellationRequested ? $"it did not end within {Longest}" : exception.ToString()], 0, [], []);
        }
    }
}

/// <summary>Sweeps and chaos keep every core busy: tests beside them would only wait.</summary>
[CollectionDefinition(nameof(SweepsRunAlone), DisableParallelization = true)]
public sealed class SweepsRunAlone;
