using System.Diagnostics;
using AuditFunctions.Published;

namespace AuditFunctions.Tests.Cli;

/// <summary><c>auditfn completion</c></summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("auditfn sources re", "remove resume")]
    [InlineData("auditfn dest", "destinations")]
    [InlineData("auditfn sources ", "list new import show remove pause resume test")]
    [InlineData("auditfn status --wa", "--watch")]
    [InlineData("auditfn run --log-level wa", "warning")]
    [InlineData("auditfn run --log-level=wa", "warning")]
    [InlineData("auditfn st", "status")]
    [InlineData("auditfn e", "export")]
    [InlineData("auditfn status --state fa", "failing")]
    [InlineData("auditfn templates show okta-s", "okta-system-log")]
    [InlineData("auditfn sources new okta-u", "okta-users")]
    [InlineData("auditfn processors show re", "remove rename redact")]
    [InlineData("auditfn destinations new splunk", "splunk-hec")]
    [InlineData("auditfn completion ", "bash zsh fish pwsh")]
    [InlineData("auditfn dead-letters export --format ", "jsonl csv")]
    public async Task What_may_stand_at_the_end_of_a_line_is_offered(string line, string offered)
    {
        using var run = CliRun.Offline();
        var result = await run.DoneAsync("complete", "--", line);
        Assert.Equal(offered.Split(' ').Order(StringComparer.Ordinal), result.Output.TrimEnd().ToLowerInvariant().Split('\n').Order(StringComparer.Ordinal));
    }

    /// <summary>Nothing is offered: the shell offers its files.</summary>
    [Theory]
    [InlineData("auditfn validate ")]
    [InlineData("auditfn apply ro")]
    [InlineData("auditfn processors try list.yaml ")]
    [InlineData("auditfn templates show none-of-this-name")]
    public async Task Where_a_file_may_stand_no_option_is_in_the_way(string line)
    {
        using var run = CliRun.Offline();
        Assert.Empty((await run.DoneAsync("complete", "--", line)).Output);
    }

    /// <summary>Whatever somebody typed so far, it is no fault.</summary>
    [Fact]
    public async Task A_line_that_is_not_complete_is_never_a_fault()
    {
        using var run = CliRun.Offline();
        foreach (var line in (string[])["", " ", "auditfn", "auditfn \"", "auditfn status --state ", "auditfn status --state=", "auditfn @x", "auditfn demo --events ", "auditfn cost --memory= ", "nonsense ='"])
        {
            Assert.Empty((await run.DoneAsync("complete", "--", line)).Error);
        }
    }

    [Fact]
    public async Task Bash_completes_with_the_script()
    {
        using var run = CliRun.Offline();
        run.Write("completion.bash", (await run.DoneAsync("completion", "bash")).Output);
        var start = new ProcessStartInfo("bash", ["-c", $$"""
            auditfn() { dotnet '{{PublishedProducts.Auditfn}}' "$@"; }
            . completion.bash
            COMP_LINE='auditfn sources re' COMP_POINT=18 COMP_WORDS=(auditfn sources re)
            _auditfn
            printf '%s\n' "${COMPREPLY[@]}"
            complete -p auditfn
            """])
        {
            WorkingDirectory = run.Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync(CliRun.Patience);
        await bash.WaitForExitAsync(CliRun.Patience);
        Assert.Equal(["complete -o default -F _auditfn auditfn", "remove", "resume"], output.TrimEnd().Split('\n').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("zsh", "compdef _auditfn auditfn")]
    [InlineData("fish", "complete -c auditfn -f -a '(__auditfn)'")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName auditfn")]
    public async Task Other_shells_have_a_script_too(string shell, string line)
    {
        using var run = CliRun.Offline();
        Assert.Contains(line, (await run.DoneAsync("completion", shell)).Output, StringComparison.Ordinal);
    }
}
