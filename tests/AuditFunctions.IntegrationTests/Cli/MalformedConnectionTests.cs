using System.CommandLine;
using AuditFunctions.Cli;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Tests.Cli;

/// <summary>A storage connection string that cannot be used ends every command with one line, which repeats nothing of it.</summary>
public sealed class MalformedConnectionTests
{
    private static readonly string[][] OnStorage =
        [.. Leaves(Root.Create(new Surroundings(() => new ConfigurationBuilder().Build(), TextWriter.Null, TextWriter.Null, TimeProvider.System, ".")), [])
            .Where(leaf => leaf.Command.Options.Any(option => option.Name == "--storage"))
            .Select(leaf => (string[])[.. leaf.Path, .. Needed(leaf.Command), .. OwnOf(leaf.Command)])];

    public static TheoryData<string> Faults => [.. MalformedConnections.All.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task No_command_shows_anything_of_it(string fault)
    {
        var connection = MalformedConnections.All[fault];
        Assert.True(OnStorage.Length > 15, "commands that work on storage were not found");
        foreach (var line in OnStorage)
        {
            using var run = CliRun.Offline(("AzureWebJobsStorage", connection));
            run.Write("rows.yaml", SomeRows.Good);
            foreach (var result in new[] { await run.RunAsync(line), await run.RunAsync([.. line, "--storage", connection]) })
            {
                Assert.True(result.ExitCode == 1, $"{string.Join(' ', line)} ended with {result.ExitCode}: {result.Error}");
                Assert.StartsWith("The storage connection string (--storage, or the setting AzureWebJobsStorage) cannot be used: ", result.Error, StringComparison.Ordinal);
                Assert.Equal(1, result.Error.Count(character => character == '\n'));
                MalformedConnections.AssertNotIn(result.Output + result.Error);
            }
        }
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=true")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net")]
    [InlineData("AccountName=acme;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:9/acme;QueueEndpoint=http://[::1]:9/acme/;TableEndpoint=https://acme.table.core.chinacloudapi.cn/")]
    [InlineData("BlobEndpoint=https://acme.blob.core.windows.net/;QueueEndpoint=https://acme.queue.core.windows.net/;TableEndpoint=https://acme.table.core.windows.net/;SharedAccessSignature=sv=2024-01-01&ss=bqt&sig=c2VjcmV0")]
    public void One_that_can_be_used_passes(string connection) => Assert.Null(Pipeline.Storage.Account.StorageConnection.ProblemOf(connection));

    // Commands that look into storage only when they are asked to.
    private static string[] OwnOf(Command command) => command.Options.Any(option => option.Name == "--own") ? ["--own"] : [];

    private static IEnumerable<(string[] Path, Command Command)> Leaves(Command command, string[] path) => command.Subcommands.Count == 0
        ? [(path, command)]
        : command.Subcommands.SelectMany(sub => Leaves(sub, [.. path, sub.Name]));

    private static IEnumerable<string> Needed(Command command) =>
    [
        .. command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0).Select(argument =>
            argument.Name == "FILE" ? "rows.yaml" : "okta-prod"),
        .. command.Options.Where(option => option.Required).SelectMany(option => (string[])[option.Name, "2026-01-01T00:00:00Z"]),
    ];
}
