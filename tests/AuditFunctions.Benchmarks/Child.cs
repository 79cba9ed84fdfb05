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
    public static Task<Child> StartAsync(params string[] arguments) => StartProgramAsync("AuditFunctions.Sandbox", arguments);

    /// <summary>Starts a program that prints a line when it is ready and ends when its input is closed.</summary>
    public static async Task<Child> StartProgramAsync(string program, params string[] arguments)
    {
        var process = Start(program, arguments, [], redirectInput: true);
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"'{string.Join(' ', arguments)}' did not start.");
        return new Child(process, JsonDocument.Parse(line).RootElement.Clone());
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Finished> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var before = ChildUsage.CpuSeconds();
        var clock = Stopwatch.StartNew();
        using var process = Start(program, arguments, environment, redirectInput: false);
        var output = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        while (!process.HasExited)
        {
            // The kernel keeps the high-water mark: the last look before the end is as good as the end.
            peak = Math.Max(peak, PeakOf(process.Id));
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(20));
        }

        await process.WaitForExitAsync();
        var seconds = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new Finished(seconds, ChildUsage.CpuSeconds() - before, peak)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
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

/// <summary>What a run took.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="CpuSeconds">User and system time, start-up included.</param>
/// <param name="PeakBytes">Largest resident set.</param>
internal sealed record Finished(double Seconds, double CpuSeconds, long PeakBytes);
