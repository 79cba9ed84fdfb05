using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using AuditFunctions.Published;
using AuditFunctions.Tests.EndToEnd;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn status --watch</c> in a real terminal of 80 columns and 24 lines.</summary>
public sealed partial class WatchTests
{
    private const int Sources = 60;

    [Fact]
    public async Task Sixty_sources_fit_the_screen_and_what_needs_somebody_stands_first()
    {
        await using var installation = await Installation.CreateAsync();
        await installation.AddSplunkAsync("splunk", new Uri("https://siem.example"));
        for (var number = 0; number < Sources; number++)
        {
            await installation.AddOktaAsync($"a-source-with-quite-a-long-name-{number:00}", new Uri("https://vendor.example"), number == 42 ? "missing" : "splunk");
        }

        using var terminal = Start(installation, $"exec dotnet {PublishedProducts.Auditfn} status --watch");
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var frames = await FramesAsync(terminal, deadline.Token);

        Assert.Contains("\e[?1049h", frames[0], StringComparison.Ordinal);
        Assert.EndsWith("\e[?1049l", frames[^1].TrimEnd(), StringComparison.Ordinal);
        string[] lines = [.. Sequence().Replace(frames[1], "").Split('\n').Select(line => line.TrimEnd('\r'))];
        Assert.InRange(lines.Length, 20, 24);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.StartsWith("Nothing runs", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("… and ", StringComparison.Ordinal) && line.Contains("more sources", StringComparison.Ordinal));
        Assert.DoesNotContain("\n\n\n", frames[1], StringComparison.Ordinal);
    }

    private static Process Start(Installation installation, string command)
    {
        var start = new ProcessStartInfo("script", ["-qefc", $"stty cols 80 rows 24; {command}", "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in installation.Environment.Append(KeyValuePair.Create("TERM", (string?)"xterm-256color")))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    // Everything between two drawings; what comes before the first and after the last included. Ctrl-C after the second, and after each that comes all the
    // same: 'script' was seen to lose the key once.
    private static async Task<string[]> FramesAsync(Process terminal, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        var interruptedAt = 2;
        int read;
        while ((read = await terminal.StandardOutput.ReadAsync(buffer, cancellationToken)) > 0)
        {
            text.Append(buffer, 0, read);
            if (text.ToString().Split("\e[H").Length is var drawn && drawn > interruptedAt)
            {
                interruptedAt = drawn;
                await terminal.StandardInput.WriteAsync('\x03');
                await terminal.StandardInput.FlushAsync(cancellationToken);
            }
        }

        await terminal.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, terminal.ExitCode);
        return text.ToString().Split("\e[H");
    }

    [GeneratedRegex("\\e\\[[?0-9;]*[A-Za-z]", RegexOptions.None, 1000)]
    private static partial Regex Sequence();
}
