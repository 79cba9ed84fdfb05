using System.Diagnostics;
using System.Text.Json;

namespace AuditFunctions.Benchmarks;

/// <summary>A program of this solution in a process of its own.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;

    private Child(Process process, JsonElement ready)
    {
        _process = process;
        Ready = ready;
    }

    /// <summary>The line that it printed when it was ready.</summary>
    public JsonElement Ready { get; }

    /// <summary>Starts a stand-in, which prints a line when it is ready and ends when its input is closed.</summary>
    public static async Task<Child> StartAsync(params string[] arguments)
    {
        var process = Start("AuditFunctions.Sandbox", arguments, [], redirectInput: true);
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"'{string.Join(' ', arguments)}' did not start.");
        return new Child(process, JsonDocument.Parse(line).RootElement.Clone());
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Wall seconds, and what it used.</returns>
    public static async Task<(double Seconds, ChildUsage Usage, string Output)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var before = ChildUsage.Now();
        var clock = Stopwatch.StartNew();
        using var process = Start(program, arguments, environment, redirectInput: false);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var after = ChildUsage.Now();
        return process.ExitCode == 0
            ? (clock.Elapsed.TotalSeconds, new ChildUsage(after.CpuSeconds - before.CpuSeconds, after.PeakBytes), output)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Every program of the solution is built beside this one.
    private static Process Start(string program, string[] arguments, (string Name, string Value)[] environment, bool redirectInput)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            RedirectStandardInput = redirectInput,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
