using AuditFunctions.Configuration.Rows;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Azure;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Tests.Support;

/// <summary>
/// An installation with tables, queues and containers of its own, whose messages a test delivers to the handlers in any order, and twice if it likes.
/// <see cref="Another"/> is a second instance of the app on the same storage.
/// </summary>
internal sealed class PipelineHarness : IAsyncDisposable
{
    public const string Token = "sandbox-token";
    private static int _count;

    // A try that is given up leaves what storage handed out hidden, and the next one finds nothing: on a machine that stalls for seconds a test would miss messages.
    private static readonly QueueClientOptions Patient = new() { Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromMinutes(5) } };
    private readonly Dictionary<string, string?> _settings;
    private readonly ServiceProvider _services;

    private PipelineHarness(Dictionary<string, string?> settings, TimeProvider time, CapturedLog log, int seed)
    {
        _settings = settings;
        Time = time;
        Log = log;
        Configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddSingleton(new Random(seed));
        services.AddSingleton<IConfiguration>(Configuration);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services.AddSingleton(LoopbackIdentity.Of(Configuration));
        services.AddPipeline(Configuration).AddScheduling().AddFetching().AddShipping().AddPatientConnections();
        services.PostConfigure<StorageOptions>(options => (options.RequestTimeout, options.FirstRetryDelay) = (PatientStorage.Try, TimeSpan.FromMilliseconds(20)));
        _services = services.BuildServiceProvider();
    }

    public TimeProvider Time { get; }

    public ManualTime Clock => (ManualTime)Time;

    public CapturedLog Log { get; }

    /// <summary>The settings; a test may change one while the installation runs, such as a secret.</summary>
    public IConfigurationRoot Configuration { get; }

    public string Prefix => _settings["Storage:Prefix"]!;

    public StorageAccount Storage => Get<StorageAccount>();

    public CheckpointStore Checkpoints => Get<CheckpointStore>();

    public FetchHandler Fetch => Get<FetchHandler>();

    public ShipHandler Ship => Get<ShipHandler>();

    public ScheduleHandler Schedule => Get<ScheduleHandler>();

    /// <summary>With a clock that stands still at <paramref name="now"/>.</summary>
    public static Task<PipelineHarness> CreateAsync(string now, params (string Setting, string Value)[] settings) =>
        CreateAsync(new ManualTime(now), settings);

    public static async Task<PipelineHarness> CreateAsync(TimeProvider time, params (string Setting, string Value)[] settings)
    {
        StorageRequests.Start();
        var azurite = await SharedAzurite.GetAsync();
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["Shipping:MaxWait"] = "00:00:00", // a wait would be for the clock that only the test moves
            ["Storage:Prefix"] = $"h{Environment.ProcessId % 100_000}x{Interlocked.Increment(ref _count)}",
            ["AUDIT_SECRET_VENDOR"] = Token,
            ["AUDIT_SECRET_SIEM"] = Token,
            ["Fetching:MaxRetries"] = "0",
            ["Scheduling:MaxClockDifference"] = "00:00:00", // the clock is the test's, and storage's is not
        };
        foreach (var (setting, value) in settings)
        {
            all[setting] = value;
        }

        var harness = new PipelineHarness(all, time, new CapturedLog(), seed: 1);
        await harness.Storage.CreateMissingAsync(CancellationToken.None);
        return harness;
    }

    /// <summary>Another instance of the app on the same storage, clock and log.</summary>
    public PipelineHarness Another(int seed = 2) => new(_settings, Time, Log, seed);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>An object that is made of services of the pipeline, as front ends make theirs.</summary>
    public T Make<T>() => ActivatorUtilities.CreateInstance<T>(_services);

    public Task AddSourceAsync(string name, params (string Column, string Value)[] columns) =>
        new RowTable(Storage.Sources, RowTable.SourceKey).WriteAsync([Row(name, columns)], CancellationToken.None);

    public Task AddDestinationAsync(string name, params (string Column, string Value)[] columns) =>
        new RowTable(Storage.Destinations, RowTable.DestinationKey).WriteAsync([Row(name, columns)], CancellationToken.None);

    public static TableRow Row(string name, params (string Column, string Value)[] columns)
    {
        var row = TableRow.NewColumns();
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        return new TableRow(name, row);
    }

    /// <summary>Fetches from a source whose row is good.</summary>
    public async Task<FetchOutcome> FetchAsync(string source, CancellationToken cancellationToken = default)
    {
        var rows = await Get<DefinitionCache>().SourcesAsync(TimeSpan.FromDays(1), cancellationToken);
        Assert.Empty(rows[source].Problems);
        return await Fetch.FetchAsync(new PartitionId(source, PartitionId.Single), cancellationToken);
    }

    public Task<Checkpoint> CheckpointAsync(string source) =>
        Checkpoints.ReadAsync(new PartitionId(source, PartitionId.Single), CancellationToken.None);

    /// <summary>Takes every visible message out of a queue.</summary>
    public static async Task<IReadOnlyList<string>> TakeAsync(QueueClient queue)
    {
        var patient = new QueueClient((await SharedAzurite.GetAsync()).ConnectionString, queue.Name, Patient);
        var texts = new List<string>();
        while (true)
        {
            var messages = (await patient.ReceiveMessagesAsync(32)).Value;
            foreach (var message in messages)
            {
                texts.Add(message.MessageText);
                await patient.DeleteMessageAsync(message.MessageId, message.PopReceipt);
            }

            if (messages.Length == 0)
            {
                return texts;
            }
        }
    }

    /// <summary>About how many messages are in a queue, hidden ones too.</summary>
    public static Task<int> CountAsync(QueueClient queue) => new MessageQueue(queue).CountAsync(CancellationToken.None);

    /// <summary>Delivers every visible message of queue <c>ship</c> once.</summary>
    public async Task<int> ShipAllAsync()
    {
        var texts = await TakeAsync(Storage.ShipQueue);
        await ShipAsync(texts);
        return texts.Count;
    }

    /// <summary>Delivers messages that were taken, perhaps not for the first time.</summary>
    public async Task ShipAsync(IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
        {
            await Ship.HandleAsync(text, CancellationToken.None);
        }
    }

    /// <summary>Fetches until nothing is continued any more, then ships.</summary>
    public async Task<FetchOutcome> FetchAndShipAsync(string source)
    {
        await TakeAsync(Storage.FetchQueue);
        var outcome = await FetchAsync(source);
        while (await TakeAsync(Storage.FetchQueue) is { Count: > 0 })
        {
            outcome = await FetchAsync(source);
        }

        await ShipAllAsync();
        return outcome;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
