using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.SelfHosting;
using AuditFunctions.Tests.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Tests.EndToEnd;

/// <summary>An installation of its own on the shared Azurite: settings, rows and a self-host.</summary>
internal sealed class Installation : IAsyncDisposable
{
    /// <summary>After a crash the next process waits until the dead one's lease, claim and hidden messages run out.</summary>
    public static readonly (string, string)[] ShortTimes =
    [
        ("Fetching:LeaseDuration", "00:00:05"),
        ("Shipping:SendTimeout", "00:00:02"),
        ("Shipping:ClaimDuration", "00:00:05"),
        ("Host:VisibilityTimeout", "00:00:05"),
    ];

    private static int _count;
    private readonly Dictionary<string, string?> _settings;

    private Installation(Dictionary<string, string?> settings)
    {
        _settings = settings;
        Storage = PatientStorage.Of(settings["AzureWebJobsStorage"], settings["Storage:Prefix"]);
        Host = SelfHost.Create(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), logging => logging.SetMinimumLevel(LogLevel.None));
    }

    public SelfHost Host { get; }

    /// <summary>The settings, as environment variables of another process.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Environment => _settings.Select(setting => KeyValuePair.Create(setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value));

    public StorageAccount Storage { get; }

    public CheckpointStore Checkpoints => Host.Services.GetRequiredService<CheckpointStore>();

    public static async Task<Installation> CreateAsync(params (string Setting, string Value)[] settings)
    {
        var azurite = await SharedAzurite.GetAsync();
        var all = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["Storage:Prefix"] = $"e{System.Environment.ProcessId % 100_000}x{Interlocked.Increment(ref _count)}",
            ["Storage:RequestTimeout"] = "00:01:00", // one Azurite serves all tests, on a machine that may stall
            ["AUDIT_SECRET_VENDOR"] = "sandbox-token",
            ["AUDIT_SECRET_SIEM"] = "sandbox-token",
            ["Host:RetryDelay"] = "00:00:01",
        };
        foreach (var (setting, value) in settings)
        {
            all[setting] = value;
        }

        var installation = new Installation(all);
        await installation.Storage.CreateMissingAsync(CancellationToken.None);
        return installation;
    }

    public Task AddSourceAsync(string name, params (string Column, string Value)[] columns) =>
        new RowTable(Storage.Sources, RowTable.SourceKey).WriteAsync([Row(name, columns)], CancellationToken.None);

    public Task AddDestinationAsync(string name, params (string Column, string Value)[] columns) =>
        new RowTable(Storage.Destinations, RowTable.DestinationKey).WriteAsync([Row(name, columns)], CancellationToken.None);

    public Task AddOktaAsync(string name, Uri vendor, string destination, params IEnumerable<(string Column, string Value)> more) => AddSourceAsync(
        name,
        [
            ("template", "okta-system-log"),
            ("domain", "acme.okta.com"),
            ("baseUrl", vendor.AbsoluteUri.TrimEnd('/')),
            ("token", "secret:vendor"),
            ("since", "2026-01-01T00:00:00Z"),
            ("destination", destination),
            .. more,
        ]);

    public Task AddSplunkAsync(string name, Uri siem) =>
        AddDestinationAsync(name, ("type", "splunk-hec"), ("url", siem.AbsoluteUri), ("token", "secret:siem"), ("index", "audit"));

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static TableRow Row(string name, (string Column, string Value)[] columns)
    {
        var row = TableRow.NewColumns();
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        return new TableRow(name, row);
    }
}
