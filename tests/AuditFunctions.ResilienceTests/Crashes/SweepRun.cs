using AuditFunctions.Cli;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Tests.EndToEnd;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Tests.Crashes;

/// <summary>One run of the scenario: a process that is killed at a point, or not, and a host that finishes.</summary>
internal sealed record SweepRun(SweepPoint? Point, string KilledAt, long Calls, IReadOnlyList<string> Problems, int Duplicates, IReadOnlyList<string> DeadLettered, IReadOnlyList<string> CallNames)
{
    /// <summary>Whether the process lived to see its point; the number of calls differs a little from run to run.</summary>
    public bool WasKilled => KilledAt.Length > 0;

    /// <summary>Runs.</summary>
    /// <param name="point">Where the process is killed; null to let it finish.</param>
    /// <param name="deadLettered">What must lie in the dead-letter store; null in the run that finds it out.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<SweepRun> RunAsync(SweepPoint? point, IReadOnlyList<string>? deadLettered, CancellationToken ct)
    {
        await using var scenario = await SweepScenario.StartAsync(ct);
        var kill = new SweepKill(scenario.Hooks, point);
        await using var doomed = AuditfnProcess.Start(scenario.EnvironmentOf(relayed: true, dies: point is not null), "run", "--until-idle");
        kill.Arm(doomed);
        var (exitCode, output, error) = await doomed.EndAsync(ct);
        await SettledAsync(scenario, ct);
        if (kill.At is null)
        {
            var (found, twice, dead) = await SweepCheck.RunAsync(scenario, SweepMoment.None, deadLettered, ct);

            // A run that dead-letters what the SIEM rejects ends with 1 although nothing is left.
            var isDone = exitCode == (dead.Count > 0 ? ExitCode.Failed : ExitCode.Done) && output.Contains("Caught up:", StringComparison.Ordinal);
            string[] ended = isDone ? [] : [$"the undisturbed process ended with {exitCode}: {output}{error}"];
            return new SweepRun(point, "", scenario.Counter.Count, [.. ended, .. found], twice, dead, [.. kill.Calls.OrderBy(call => call.Number).Select(SweepPoint.Describe)]);
        }

        var moment = await SweepMoment.ReadAsync(scenario, ct);
        var unfinished = await FinishAsync(scenario.EnvironmentOf(relayed: false, dies: false), ct);
        var (problems, duplicates, letters) = await SweepCheck.RunAsync(scenario, moment, deadLettered, CancellationToken.None);
        return new SweepRun(point, SweepPoint.Describe(kill.At), scenario.Counter.Count, [.. unfinished, .. problems], duplicates, letters, []);
    }

    /// <summary>The next host, in this process; it meets no faults of ours. What is wrong after it is told even when it does not end in time.</summary>
    public static async Task<IReadOnlyList<string>> FinishAsync(IEnumerable<KeyValuePair<string, string?>> environment, CancellationToken ct)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in environment)
        {
            settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        using var output = new StringWriter();
        using var error = new StringWriter();
        var here = new Surroundings(() => new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), TextWriter.Synchronized(output), TextWriter.Synchronized(error), TimeProvider.System, Path.GetTempPath());
        var exitCode = await CommandLine.RunAsync(["run", "--until-idle"], here, ct);

        // A run that dead-letters what the SIEM rejects ends with 1 although nothing is left.
        var isDone = exitCode == 0 || output.ToString().Contains("Caught up:", StringComparison.Ordinal);
        return ct.IsCancellationRequested ? [$"the host after the crash did not end in time: {error}"]
            : isDone ? [] : [$"the host after the crash ended with {exitCode}: {error}"];
    }

    // What the dead process had sent is answered and done before anybody looks.
    private static async Task SettledAsync(SweepScenario scenario, CancellationToken ct)
    {
        while (scenario.Counter.UnderWay > 0)
        {
            await Task.Delay(5, ct);
        }
    }
}
