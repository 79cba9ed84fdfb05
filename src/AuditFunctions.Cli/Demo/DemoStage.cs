using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Cli.Demo;

/// <summary>The demo's surroundings: an embedded Azurite, a stand-in vendor per source and a stand-in SIEM, all on loopback ports of their own.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private const string Token = "demo-token";
    private static readonly string[] Templates = ["okta-system-log", "github-organization-audit", "http-json"];
    private readonly AzuriteServer _azurite;
    private readonly List<DemoSource> _more = [];

    private DemoStage(AzuriteServer azurite, IReadOnlyList<DemoSource> sources, SandboxSiem siem, PickySiem picky, string folder)
    {
        _azurite = azurite;
        Sources = sources;
        Siem = siem;
        Picky = picky;
        Folder = folder;
    }

    /// <summary>The sources and their vendors.</summary>
    public IReadOnlyList<DemoSource> Sources { get; }

    /// <summary>The SIEM.</summary>
    public SandboxSiem Siem { get; }

    /// <summary>Which events the SIEM rejects.</summary>
    public PickySiem Picky { get; }

    /// <summary>The demo's own folder, which also holds the storage; removed afterwards.</summary>
    public string Folder { get; }

    /// <summary>The settings of an installation on this stage.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage"] = _azurite.ConnectionString,
        ["AUDIT_SECRET_DEMO"] = Token,
        ["ScheduleCron"] = "*/5 * * * * *", // a person watches
    };

    /// <summary>The same as configuration.</summary>
    public IConfiguration Configuration => new ConfigurationBuilder().AddInMemoryCollection(Settings).Build();

    /// <summary>Starts everything.</summary>
    /// <param name="events">Events of each source.</param>
    /// <param name="sources">How many sources.</param>
    /// <param name="now">The events end a little before this.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="AzuriteException">Azurite cannot be installed or started; the message says what to do.</exception>
    public static async Task<DemoStage> StartAsync(int events, int sources, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("auditfn-demo-").FullName;
        var azurite = await AzuriteServer.StartAsync(new AzuriteServerOptions { PersistenceFolder = Path.Combine(folder, "storage") }, cancellationToken);
        var started = new List<DemoSource>();
        for (var at = 0; at < sources; at++)
        {
            var template = Templates[at % Templates.Length];
            var spacing = TimeSpan.FromMilliseconds(250);
            var vendor = await SandboxVendor.StartAsync(
                new SandboxVendorOptions
                {
                    Events = events,
                    Seed = (ulong)at + 1,
                    Token = Token,
                    Spacing = spacing,
                    TieLength = 3,
                    StartAt = now - (spacing * (events / 3)) - TimeSpan.FromMinutes(10),
                    Generic = new GenericVendorOptions { Stop = VendorStop.HasMoreFlag },
                },
                cancellationToken);
            started.Add(new DemoSource($"{template.Split('-')[0]}-{at + 1}", template, vendor));
        }

        var picky = new PickySiem();
        var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Token = Token, Refuses = picky.RefusalOf }, cancellationToken);
        return new DemoStage(azurite, started, siem, picky, folder);
    }

    /// <summary>Starts one more vendor, which publishes an event a second, and which no row names yet.</summary>
    public async Task<DemoSource> AddLiveVendorAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var vendor = await SandboxVendor.StartAsync(
            new SandboxVendorOptions { Events = 100_000, Seed = 1_000, Token = Token, StartAt = now - TimeSpan.FromMinutes(30), Live = true },
            cancellationToken);
        var source = new DemoSource("okta-new", "okta-system-log", vendor);
        _more.Add(source);
        return source;
    }

    /// <summary>Writes the rows, as <c>auditfn apply</c> would.</summary>
    public async Task WriteRowsAsync(IServiceProvider services, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var storage = services.GetRequiredService<StorageAccount>();
        await storage.CreateMissingAsync(cancellationToken);
        var since = (now - TimeSpan.FromDays(60)).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        await RowTable.OfSources(storage).WriteAsync([.. Sources.Select(source => RowOf(source, since))], cancellationToken);
        var siem = Row("siem", ("type", "splunk-hec"), ("url", Siem.BaseUrl.AbsoluteUri), ("token", "secret:demo"), ("index", "audit"));
        await RowTable.OfDestinations(storage).WriteAsync([siem], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Siem.DisposeAsync();
        foreach (var source in Sources.Concat(_more))
        {
            await source.Vendor.DisposeAsync();
        }

        await _azurite.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static TableRow RowOf(DemoSource source, string since)
    {
        var url = source.Vendor.BaseUrl.AbsoluteUri.TrimEnd('/');
        return source.Template switch
        {
            "okta-system-log" => Row(source.Name, ("template", source.Template), ("destination", "siem"), ("domain", "demo.okta.com"), ("token", "secret:demo"), ("baseUrl", url), ("since", since)),
            "github-organization-audit" => Row(source.Name, ("template", source.Template), ("destination", "siem"), ("org", "demo"), ("token", "secret:demo"), ("baseUrl", url), ("since", since)),
            _ => Row(
                source.Name,
                ("template", source.Template),
                ("destination", "siem"),
                ("url", $"{url}/generic/cursor-body"),
                ("query", "from={from}&to={to}&cursor={cursor}&limit={pageSize}&order=asc"),
                ("auth", "bearer"),
                ("token", "secret:demo"),
                ("events", "data"),
                ("id", "id"),
                ("time", "time"),
                ("order", "ascending"),
                ("paging", "cursor"),
                ("next", "next_cursor"),
                ("stopPath", "has_more"),
                ("stopIs", "false"),
                ("pageSize", "1000"),
                ("since", since)),
        };
    }

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

/// <summary>A source of the demo and the vendor behind it.</summary>
internal sealed record DemoSource(string Name, string Template, SandboxVendor Vendor);
