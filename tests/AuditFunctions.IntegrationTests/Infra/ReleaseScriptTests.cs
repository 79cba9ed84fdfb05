using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AuditFunctions.Tests.Docs;

namespace AuditFunctions.Tests.Infra;

/// <summary>What makes a release agrees with the projects and with the page that says what is in one.</summary>
public sealed class ReleaseScriptTests
{
    private static readonly string Script = Read("build/release.sh");

    [Fact]
    public void Its_runtimes_are_those_that_lock_files_name()
    {
        var runtimes = Regex.Match(Script, @"readonly RUNTIMES=\((?<names>[^)]+)\)", RegexOptions.None, TimeSpan.FromSeconds(1));
        var props = XDocument.Load(Path.Combine(DocsPage.Root, "src", "Directory.Build.props"));
        var locked = props.Descendants("RuntimeIdentifiers").Single().Value.Split(';');
        Assert.Equal(locked, runtimes.Groups["names"].Value.Split(' '));

        var lockFiles = Directory.GetFiles(Path.Combine(DocsPage.Root, "src"), "packages.lock.json", SearchOption.AllDirectories);
        Assert.True(lockFiles.Length >= 4, string.Join(' ', lockFiles));
        var missing =
            from file in lockFiles
            let text = File.ReadAllText(file)
            from runtime in locked
            where !text.Contains($"\"net10.0/{runtime}\"", StringComparison.Ordinal)
            select $"{file}: {runtime}";
        Assert.Empty(missing);
    }

    [Fact]
    public void The_page_names_every_file()
    {
        var page = DocsPage.Read("docs/installing.md").Section("What a release holds").Text;
        Assert.All(
            [
                "-linux-x64.tar.gz", "-linux-arm64.tar.gz", "-osx-arm64.tar.gz", "-win-x64.zip", ".nupkg", "-functionapp.zip", ".cdx.json",
                "SHA256SUMS",
            ],
            file => Assert.Contains(file, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("build/release.sh", "the tag is 'v999.0.0'", "--tag", "v999.0.0")]
    [InlineData("build/release.sh", "unknown runtime 'linux-s390x'", "linux-s390x")]
    [InlineData("build/nightly.sh", "there is no part 'all'", "--only", "all")]
    [InlineData("build/nightly.sh", "--minutes takes a number", "--minutes", "long")]
    public async Task A_wrong_command_line_is_refused(string script, string said, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(DocsPage.Root, script), .. arguments])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(2, process.ExitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_changelog_has_something_to_say()
    {
        var headings = DocsPage.Read("CHANGELOG.md").Headings.Where(heading => heading.StartsWith('[')).ToArray();
        Assert.Equal("[Unreleased]", headings[0]);
        Assert.All(headings.Skip(1), heading => Assert.Matches(@"^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$", heading));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(DocsPage.Root, path));
}
