using AuditFunctions.Cli.Demo;

namespace AuditFunctions.Tests.Cli;

/// <summary>What <c>auditfn demo --keep</c> says; that it works is shown by the test of the tutorial.</summary>
public sealed class DemoCommandTests
{
    [Theory]
    [InlineData("/home/me/.dotnet/tools/auditfn", false, "auditfn() { '/home/me/.dotnet/tools/auditfn' \"$@\"; }")]
    [InlineData("/usr/bin/dotnet", false, "auditfn() { '/usr/bin/dotnet' '/app/auditfn.dll' \"$@\"; }")]
    [InlineData("/tools/auditfn.exe", true, "function auditfn { & '/tools/auditfn.exe' @args }")]
    public void The_second_terminal_calls_the_same_program(string process, bool isWindows, string expected) =>
        Assert.Equal(expected, OwnCommand.DefinitionOf(process, "/app", isWindows));

    [Fact]
    public async Task Json_and_keep_exclude_each_other()
    {
        using var run = CliRun.Offline();
        var result = await run.RunAsync("demo", "--keep", "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--json", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_siem_rejects_a_quarter_of_the_events_and_only_when_asked()
    {
        var siem = new PickySiem();
        Assert.Null(siem.RefusalOf("00000000-0000-0000-0000-000000000001"));
        siem.Rejects = true;
        Assert.NotNull(siem.RefusalOf("00000000-0000-0000-0000-000000000001"));
        Assert.Null(siem.RefusalOf("00000000-0000-0000-0000-00000000000a"));
    }
}
