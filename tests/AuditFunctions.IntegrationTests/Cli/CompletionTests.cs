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
    public async Task What_may_stand_at_the_end_of_a_line_is_offered(string line, string offered)
    {
        using var run = CliRun.Offline();
        var result = await run.DoneAsync("complete", "--", line);
        Assert.Equal(offered.Split(' ').Order(StringComparer.Ordinal), result.Output.TrimEnd().ToLowerInvariant().Split('\n').Order(StringComparer.Ordinal));
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
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName auditfn")]
    public async Task Other_shells_have_a_script_too(string shell, string line)
    {
        using var run = CliRun.Offline();
        Assert.Contains(line, (await run.DoneAsync("completion", shell)).Output, StringComparison.Ordinal);
    }
}
