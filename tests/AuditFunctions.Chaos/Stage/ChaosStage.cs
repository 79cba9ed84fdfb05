using System.Globalization;
using AuditFunctions.Chaos.Account;
using AuditFunctions.Chaos.Children;
using AuditFunctions.Chaos.Plan;
using AuditFunctions.Chaos.Records;
using AuditFunctions.Chaos.Storage;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Chaos.Stage;

/// <summary>All that a run needs: Azurite, vendors, SIEMs, rows, and processes behind doors. Everything listens on loopback, on ports that the system chose.</summary>
internal sealed class ChaosStage : IAsyncDisposable
{
    private const string Prefix = "chaos";
    private const string Token = "sandbox-token";
    private AzuriteServer _azurite = null!;

    private ChaosStage(ChaosOptions options, string folder, TimeProvider time)
    {
        Arrivals = new Arrivals(time);
        Trace = new StorageTrace(time);
        Bodies = new SentBodies(Path.Combine(folder, "bodies.bin"));
        Refusals = new Refusals(options);
    }

    public List<LiveVendor> Vendors { get; } = [];

    public List<LiveSiem> Siems { get; } = [];

    public List<Child> Children { get; } = [];

    public Refusals Refusals { get; }

    public Arrivals Arrivals { get; }

    /// <summary>Deliveries that are wanted and have not come yet, about.</summary>
    public int Outstanding => Vendors.Sum(vendor => vendor.Wanted) - Arrivals.Different;

    public StorageTrace Trace { get; }

    public SentBodies Bodies { get; }

    /// <summary>Storage without doors.</summary>
    public StorageAccount Storage { get; private set; } = null!;

    public static async Task<ChaosStage> StartAsync(ChaosOptions options, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var stage = new ChaosStage(options, folder, time);
        try
        {
            await stage.OpenAsync(options, folder, time, cancellationToken);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var each in Children.Cast<IAsyncDisposable>().Concat(Vendors).Concat(Siems))
        {
            await each.DisposeAsync();
        }

        Bodies.Dispose();
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
    }

    private async Task OpenAsync(ChaosOptions options, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        _azurite = await AzuriteServer.StartAsync(cancellationToken);
        Storage = new StorageAccount(Options.Create(new StorageOptions { ConnectionString = _azurite.ConnectionString, Prefix = Prefix }));
        await Storage.CreateMissingAsync(cancellationToken);
        var direct = new DirectBatches(Arrivals, Bodies, Trace, Vendors, time);
        foreach (var (name, kind) in new[] { ("splunk", "splunk-hec/1"), ("lake", "http-ndjson/1"), ("calm", "http-ndjson/1") })
        {
            Siems.Add(await LiveSiem.StartAsync(name, kind, Arrivals, direct, Refusals, options, time, cancellationToken));
        }

        foreach (var plan in VendorPlan.All)
        {
            Vendors.Add(await LiveVendor.StartAsync(plan, options, time, cancellationToken));
        }

        await WriteRowsAsync(time, cancellationToken);
        var random = options.RandomOf("children");
        var count = options.Children ?? random.Next(2, 5);
        for (var number = 1; number <= count; number++)
        {
            var doors = await StorageDoors.StartAsync(_azurite, Trace, Bodies, options.RandomOf($"doors {number}"), time, cancellationToken);
            Children.Add(new Child(number, doors, Settings(), Path.Combine(folder, $"process-{number}.log")));
        }
    }

    private Task WriteRowsAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var since = (time.GetUtcNow() - TimeSpan.FromMinutes(10)).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var sources = Vendors.Select(vendor => Row(vendor.Plan.Name, vendor.Plan.Row(vendor.Server.BaseUrl, since)));
        TableRow[] destinations =
        [
            Row("splunk", ("type", "splunk-hec"), ("url", Siems[0].Server.BaseUrl.AbsoluteUri), ("token", "secret:siem"), ("index", "audit")),
            Row("lake", Ingest(Siems[1])),
            Row("calm", Ingest(Siems[2])),
        ];
        return Task.WhenAll(
            new RowTable(Storage.Destinations, RowTable.DestinationKey).WriteAsync(destinations, cancellationToken),
            new RowTable(Storage.Sources, RowTable.SourceKey).WriteAsync([.. sources], cancellationToken));
    }

    // What a killed process held comes back within seconds; a delivery and a page still have time enough on a busy machine.
    private static Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["Storage__Prefix"] = Prefix,
        ["AUDIT_SECRET_VENDOR"] = Token,
        ["AUDIT_SECRET_SIEM"] = Token,
        ["ScheduleCron"] = "*/2 * * * * *",
        ["Fetching__LeaseDuration"] = "00:00:30",
        ["Fetching__MaxPages"] = "20",
        ["Fetching__MaxWait"] = "00:00:02",
        ["Shipping__SendTimeout"] = "00:00:10",
        ["Shipping__ClaimDuration"] = "00:00:25",
        ["Shipping__MaxWait"] = "00:00:01",
        ["Host__VisibilityTimeout"] = "00:00:15",
        ["Host__RetryDelay"] = "00:00:01",
        ["Host__MaxPause"] = "00:00:00.300",
    };

    private static (string, string)[] Ingest(LiveSiem siem) =>
        [("type", "http"), ("url", new Uri(siem.Server.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"), ("body", "ndjson")];

    private static TableRow Row(string name, params (string Column, string Value)[] columns)
    {
        var row = TableRow.NewColumns();
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        return new TableRow(name, row);
    }
}
