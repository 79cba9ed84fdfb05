namespace AuditFunctions.Tests.Cli;

/// <summary>A file that says it is empty and never ends is too large: it does not fill the memory.</summary>
public sealed class EndlessFileTests
{
    [Theory]
    [InlineData("templates new endless --name acme --url https://api.acme.example/x --yes", "endless has more than 8 MB; a page of some events is enough.")]
    [InlineData("processors try rows.yaml endless", "endless is larger than 64 MB.")]
    [InlineData("sources import grove endless", "'endless' is too large for a configuration.")]
    [InlineData("sources import flicker endless", "'endless' is too large for a configuration.")]
    [InlineData("validate endless", "endless: is too large for a row file.")]
    public async Task An_endless_file_is_too_large(string command, string message)
    {
        using var run = CliRun.Offline();
        run.Write("rows.yaml", SomeRows.Good.Replace("destination: splunk", "destination: splunk\n    processors: [{ action: remove, paths: [a] }]", StringComparison.Ordinal));
        File.CreateSymbolicLink(Path.Combine(run.Folder, "endless"), "/dev/zero");
        var result = await run.RunAsync(command.Split(' '));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
