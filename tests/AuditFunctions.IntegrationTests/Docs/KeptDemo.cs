using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using AuditFunctions.Published;

namespace AuditFunctions.Tests.Docs;

/// <summary>A running <c>auditfn demo --keep</c>, and the second terminal beside it: a shell that starts with the lines that the demo printed.</summary>
internal sealed class KeptDemo : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Process _process;
    private readonly Task<string> _error;
    private string[] _setUp = [];

    private KeptDemo(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The folder that the second terminal works in.</summary>
    public string Folder { get; private set; } = "";

    public static async Task<KeptDemo> StartAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [PublishedProducts.Auditfn, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        var demo = new KeptDemo(Process.Start(start)!);
        await demo.ReadUntilAsync("second terminal", cancellationToken);
        demo._setUp = [(await demo.NextAsync(cancellationToken)).Trim(), (await demo.NextAsync(cancellationToken)).Trim()];
        demo.Folder = demo._setUp[0]["cd '".Length..^1];
        await demo.ReadUntilAsync("count", cancellationToken);
        return demo;
    }

    /// <summary>Types a line and waits for the first line of the answer.</summary>
    public async Task TypeAsync(string line, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var answer = await NextAsync(cancellationToken);
        Assert.DoesNotContain("Type one of these", answer, StringComparison.Ordinal);
        if (line == "count")
        {
            await ReadUntilAsync("duplicated: 0", cancellationToken);
        }
    }

    /// <summary>Pastes lines into the second terminal, again and again, until what they print matches.</summary>
    public async Task RunUntilAsync(string[] lines, string expected, bool mustSucceed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (code, output, error) = await PasteAsync(lines, cancellationToken);
            Assert.True(code == 0 || !mustSucceed, $"{string.Join("; ", lines)} ended with {code}: {error}");
            if (Regex.IsMatch(output, expected, RegexOptions.None, Second))
            {
                return;
            }

            Assert.False(cancellationToken.IsCancellationRequested, $"{string.Join("; ", lines)} never printed '{expected}':\n{output}");
        }
    }

    /// <summary>Stops it as Ctrl-C does.</summary>
    public async Task<(int ExitCode, string Error)> StopAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, await _error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task<(int ExitCode, string Output, string Error)> PasteAsync(string[] lines, CancellationToken cancellationToken)
    {
        // Who is asked presses Enter. The shell holds the lines itself: it may end before anybody has written to it.
        var script = string.Join('\n', ["exec <<'ENTER'", .. Enumerable.Repeat("", 8), "ENTER", "set -e", .. _setUp, .. lines]);
        var start = new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = shell.StandardError.ReadToEndAsync(CancellationToken.None);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync(cancellationToken);
        return (shell.ExitCode, await output, await error);
    }

    private async Task ReadUntilAsync(string part, CancellationToken cancellationToken)
    {
        while (!(await NextAsync(cancellationToken)).Contains(part, StringComparison.Ordinal))
        {
            // The lines before.
        }
    }

    private async Task<string> NextAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException($"The demo ended: {await _error}");
}
