using System.Text.Json;
using AuditFunctions.Cli;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Tests.Azure;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Tests.Cli;

/// <summary>What a command line ended with.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;
}

/// <summary>An installation of its own on the shared Azurite, a folder of its own, and command lines that run in this process.</summary>
internal sealed class CliRun : IDisposable
{
    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;
    private static int _count;
    private readonly Dictionary<string, string?> _settings = new(StringComparer.OrdinalIgnoreCase);

    private CliRun() => Folder = Directory.CreateTempSubdirectory("auditfn-test-").FullName;

    public string Folder { get; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public StorageAccount Storage => PatientStorage.Of(_settings["AzureWebJobsStorage"], _settings["Storage:Prefix"]);

    /// <summary>Without storage.</summary>
    public static CliRun Offline(params (string Setting, string Value)[] settings)
    {
        var run = new CliRun();
        foreach (var (setting, value) in settings)
        {
            run._settings[setting] = value;
        }

        return run;
    }

    /// <summary>With storage, empty.</summary>
    public static async Task<CliRun> OnStorageAsync()
    {
        var azurite = await SharedAzurite.GetAsync();
        return Offline(
            ("AzureWebJobsStorage", azurite.ConnectionString),
            ("Storage:Prefix", $"c{Environment.ProcessId % 100_000}x{Interlocked.Increment(ref _count)}"),
            ("AUDIT_SECRET_VENDOR", "sandbox-token"),
            ("AUDIT_SECRET_SIEM", "sandbox-token"));
    }

    public void Set(string setting, string value) => _settings[setting] = value;

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(Folder, file), text);

    public Task<CliResult> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    /// <summary>Runs a command line, and types lines into it; then the input ends.</summary>
    public Task<CliResult> TypeAsync(string[] lines, params string[] arguments) => RunAsync(new StringReader(string.Concat(lines.Select(line => line + "\n"))), arguments);

    private async Task<CliResult> RunAsync(TextReader? input, string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var here = new Surroundings(() => new ConfigurationBuilder().AddInMemoryCollection(_settings).Build(), output, error, Time, Folder, input);
        var code = await CommandLine.RunAsync(arguments, here, Patience);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command line that must succeed.</summary>
    public async Task<CliResult> DoneAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}");
        return result;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
