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

        using var terminal = PseudoTerminal.Start($"dotnet {PublishedProducts.Auditfn} status --watch", installation.Environment, text => Frames(text).Length > 2);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var (exitCode, text) = await terminal.EndAsync(deadline.Token);
        Assert.True(exitCode == 0, text);
        var frames = Frames(text);

        Assert.Contains("\e[?1049h", frames[0], StringComparison.Ordinal);
        Assert.EndsWith("\e[?1049l", frames[^1].TrimEnd(), StringComparison.Ordinal);
        string[] lines = [.. Sequence().Replace(frames[1], "").Split('\n').Select(line => line.TrimEnd('\r'))];
        Assert.InRange(lines.Length, 20, 24);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.StartsWith("Nothing runs", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("… and ", StringComparison.Ordinal) && line.Contains("more sources", StringComparison.Ordinal));
        Assert.DoesNotContain("\n\n\n", frames[1], StringComparison.Ordinal);
    }

    // Everything between two drawings; what comes before the first and after the last included.
    private static string[] Frames(string text) => text.Split("\e[H");

    [GeneratedRegex("\\e\\[[?0-9;]*[A-Za-z]", RegexOptions.None, 1000)]
    private static partial Regex Sequence();
}
