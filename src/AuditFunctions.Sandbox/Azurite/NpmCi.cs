using System.ComponentModel;
using System.Diagnostics;

namespace AuditFunctions.Sandbox;

/// <summary><c>npm ci</c> in a folder that has a <c>package-lock.json</c>.</summary>
internal static class NpmCi
{
    private const int LinesInError = 15;

    /// <summary>Runs npm to its end.</summary>
    /// <exception cref="AzuriteException">npm is missing, failed or took too long; the message ends with npm's last lines.</exception>
    public static async Task RunAsync(string folder, TimeSpan timeout, TimeProvider time, CancellationToken ct)
    {
        using var npm = Start(folder);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            npm.StandardInput.Close();
            var lines = await Task.WhenAll(
                LastLinesAsync(npm.StandardOutput, either.Token), LastLinesAsync(npm.StandardError, either.Token));
            await npm.WaitForExitAsync(either.Token);
            if (npm.ExitCode != 0)
            {
                throw new AzuriteException($"npm ci in '{folder}' ended with {npm.ExitCode}. Its last lines:" + Environment.NewLine
                    + string.Join(Environment.NewLine, lines.SelectMany(l => l)));
            }
        }
        catch (OperationCanceledException ex)
        {
            Kill(npm);
            ct.ThrowIfCancellationRequested();
            throw new AzuriteException($"npm ci in '{folder}' did not end within {timeout}. Is the npm registry reachable?", ex);
        }
    }

    private static Process Start(string folder)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments = ["ci", "--omit=dev", "--no-audit", "--no-fund"];
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
        }
        catch (Win32Exception ex)
        {
            throw new AzuriteException("npm was not found. Install Node.js 20 or later, which includes it, and put it on the PATH.", ex);
        }
    }

    private static async Task<IEnumerable<string>> LastLinesAsync(StreamReader reader, CancellationToken ct)
    {
        var last = new Queue<string>();
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            last.Enqueue(line);
            if (last.Count > LinesInError)
            {
                last.Dequeue();
            }
        }

        return last;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in between.
        }
    }
}
