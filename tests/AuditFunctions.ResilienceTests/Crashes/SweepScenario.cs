using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.SeenIds;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Azure;
using AuditFunctions.Tests.EndToEnd;

namespace AuditFunctions.Tests.Crashes;

/// <summary>
/// Three sources of different shapes with everything still to fetch, one that is caught up, and two destinations, faults on the way, and relays before
/// everything that a process talks to: what a crash has to leave whole. Everything is new for each run, but for Azurite, where it has a prefix of its own.
/// </summary>
internal sealed class SweepScenario : IAsyncDisposable
{
    public const string Splunk = "splunk";
    public const string Lake = "lake";

    private const string Since = "2026-01-01T00:00:00Z";

    // Those of the process that dies: what it held runs out soon, so that the one after it need not wait long.
    public static readonly (string, string)[] ShortTimes =
    [
        ("Fetching:LeaseDuration", "00:00:08"),
        ("Shipping:SendTimeout", "00:00:02"),
        ("Shipping:ClaimDuration", "00:00:05"),
        ("Host:VisibilityTimeout", "00:00:05"),
        ("Host:RetryDelay", "00:00:01"),
    ];

    // Those of a process that is to finish: a claim that ran out, or a request that was given up, on a machine that stalls for seconds would let a batch be delivered twice.
    public static readonly KeyValuePair<string, string?>[] LongTimes =
    [
        new("Fetching__LeaseDuration", "00:03:00"),
        new("Shipping__SendTimeout", "00:01:00"),
        new("Shipping__ClaimDuration", "00:03:00"),
        new("Host__VisibilityTimeout", "00:02:00"),
    ];

    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly RelayHooks _hooks = new();

    private SweepScenario()
    {
    }

    public RelayCounter Counter { get; } = new();

    public RelayHooks Hooks => _hooks;

    public required Installation Installation { get; init; }

    /// <summary>Storage through relays.</summary>
    public string RelayedStorage { get; private set; } = "";

    public SandboxSiem SplunkSiem { get; private set; } = null!;

    public SandboxSiem LakeSiem { get; private set; } = null!;

    /// <summary>The events of each source, oldest first, by their ids.</summary>
    public Dictionary<string, IReadOnlyList<string>> EventsOf { get; } = new(StringComparer.Ordinal);

    /// <summary>When the newest event of each source happened.</summary>
    public Dictionary<string, DateTimeOffset> NewestOf { get; } = new(StringComparer.Ordinal);

    /// <summary>The sources of each destination.</summary>
    public Dictionary<string, string[]> SourcesOf { get; } = new(StringComparer.Ordinal)
    {
        [Splunk] = ["ascending", "newest", "ordinary"],
        [Lake] = ["ascending", "stream", "ordinary"],
    };

    /// <summary>The event that the lake refuses.</summary>
    public string RefusedId { get; private set; } = "";

    public static async Task<SweepScenario> StartAsync(CancellationToken ct)
    {
        var scenario = new SweepScenario { Installation = await Installation.CreateAsync(ShortTimes) };
        scenario._owned.Push(scenario.Installation);
        try
        {
            await scenario.BuildAsync(ct);
            return scenario;
        }
        catch
        {
            await scenario.DisposeAsync();
            throw;
        }
    }

    /// <summary>The environment of a process.</summary>
    /// <param name="relayed">Whether its storage stands behind relays too.</param>
    /// <param name="dies">Whether it is to be killed.</param>
    public IEnumerable<KeyValuePair<string, string?>> EnvironmentOf(bool relayed, bool dies) =>
    [
        .. Installation.Environment,
        .. dies ? [] : LongTimes,
        .. relayed ? [new KeyValuePair<string, string?>("AzureWebJobsStorage", RelayedStorage)] : Array.Empty<KeyValuePair<string, string?>>(),
        new("DOTNET_TieredPGO", "0"),
    ];

    public SandboxSiem SiemOf(string destination) => destination == Splunk ? SplunkSiem : LakeSiem;

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var owned))
        {
            await owned.DisposeAsync();
        }
    }

    private async Task BuildAsync(CancellationToken ct)
    {
        var storage = Own(await StorageRelays.StartAsync(await SharedAzurite.GetAsync(), Counter, Hooks, ct));
        RelayedStorage = storage.ConnectionString;

        SplunkSiem = Own(await SandboxSiem.StartAsync(new SandboxSiemOptions { KeepBodies = true, RecentRequestsKept = 1000, Faults = new FaultPlan().At(3, HecFault.Busy) }, ct));
        LakeSiem = Own(await SandboxSiem.StartAsync(new SandboxSiemOptions { KeepBodies = true, RecentRequestsKept = 1000 }, ct));
        var splunk = await RelayAsync(SplunkSiem.BaseUrl, Splunk, ct);
        var lake = await RelayAsync(LakeSiem.BaseUrl, Lake, ct);
        await Installation.AddSplunkAsync(Splunk, splunk);
        await Installation.AddDestinationAsync(Lake, ("type", "http"), ("url", $"{splunk.Scheme}://{lake.Authority}/ingest"), ("auth", "bearer"), ("token", "secret:siem"), ("body", "ndjson"), ("maxEvents", "6"));

        await AddAscendingAsync(ct);
        await AddNewestFirstAsync(ct);
        await AddStreamAsync(ct);
        await AddOrdinaryAsync(ct);
        LakeSiem.Refuse(RefusedId = EventsOf["ascending"][13], EventRefusal.PlainBadRequest);
    }

    // Ascending, a link from page to page, eight events in a row with the same time, so that each page ends within such a run; one answer is a throttle.
    private async Task AddAscendingAsync(CancellationToken ct)
    {
        var url = await VendorAsync("ascending", new SandboxVendorOptions
        {
            Events = 24,
            Seed = 11,
            TieLength = 8,
            Faults = new FaultPlan().At(2, new Fault.Throttled(TimeSpan.FromSeconds(1))),
        }, ct);
        NewestOf["ascending"] = DateTimeOffset.Parse(Since) + TimeSpan.FromSeconds(2);
        await Installation.AddSourceAsync("ascending", ("template", "github-organization-audit"), ("org", "acme"), ("token", "secret:vendor"), ("baseUrl", url), ("since", Since), ("pageSize", "10"), ("destination", $"{Splunk}, {Lake}"));
    }

    // Newest first, a cursor in the body; one answer is a 500.
    private async Task AddNewestFirstAsync(CancellationToken ct)
    {
        var url = await VendorAsync("newest", new SandboxVendorOptions
        {
            Events = SweepEvents.Count,
            Seed = 12,
            ReplaceEvent = SweepEvents.Of,
            Faults = new FaultPlan().At(2, new Fault.Status(500)),
        }, ct);
        EventsOf["newest"] = SweepEvents.Ids;
        NewestOf["newest"] = DateTimeOffset.Parse(Since) + TimeSpan.FromSeconds(SweepEvents.Count - 1);
        await Installation.AddSourceAsync("newest", ("template", "http-json"), ("url", url + "/generic/cursor-body"), ("auth", "bearer"), ("token", "secret:vendor"), ("since", Since),
            ("query", "from={from}&to={to}&order=desc&limit=5&cursor={cursor}"), ("events", "data"), ("id", "id"), ("time", "time"), ("order", "descending"),
            ("paging", "cursor"), ("next", "next_cursor"), ("destination", Splunk));
    }

    // In no order, without ids, the vendor keeps the place between polls in a cursor; one answer breaks off in the middle.
    private async Task AddStreamAsync(CancellationToken ct)
    {
        var url = await VendorAsync("stream", new SandboxVendorOptions
        {
            Events = 17,
            Seed = 13,
            Generic = new GenericVendorOptions { Stop = VendorStop.EmptyPage },
            Faults = new FaultPlan().At(2, new Fault.ResetMidBody()),
        }, ct);
        NewestOf["stream"] = DateTimeOffset.Parse(Since) + TimeSpan.FromSeconds(16);
        await Installation.AddSourceAsync("stream", ("template", "http-json"), ("url", url + "/generic/cursor-header"), ("auth", "bearer"), ("token", "secret:vendor"), ("since", Since),
            ("query", "from={from}&to={to}&order=none&limit=7&cursor={cursor}"), ("events", "data"), ("time", "time"), ("order", "unordered"), ("progress", "cursor"),
            ("paging", "cursor"), ("nextHeader", "X-Next-Cursor"), ("destination", Lake));
    }

    // What comes once a source is caught up: a page with a few events, which the fetch delivers itself.
    private async Task AddOrdinaryAsync(CancellationToken ct)
    {
        var url = await VendorAsync("ordinary", new SandboxVendorOptions { Events = 5, Seed = 14 }, ct);
        var since = DateTimeOffset.Parse(Since);
        NewestOf["ordinary"] = since + TimeSpan.FromSeconds(4);
        await Installation.AddSourceAsync("ordinary", ("template", "http-json"), ("url", url + "/generic/cursor-body"), ("auth", "bearer"), ("token", "secret:vendor"), ("since", Since),
            ("query", "from={from}&to={to}&order=asc&limit=50&cursor={cursor}"), ("events", "data"), ("id", "id"), ("time", "time"),
            ("paging", "cursor"), ("next", "next_cursor"), ("destination", $"{Splunk}, {Lake}"));
        var earlier = new Checkpoint { MarkAt = since - TimeSpan.FromHours(1) };
        Assert.NotNull(await Installation.Checkpoints.TryWriteAsync(new PartitionId("ordinary", PartitionId.Single), earlier, new RecentIds(), ct));
    }

    private async Task<string> VendorAsync(string name, SandboxVendorOptions options, CancellationToken ct)
    {
        var vendor = Own(await SandboxVendor.StartAsync(options, ct));
        EventsOf[name] = vendor.OfferedIds;
        return (await RelayAsync(vendor.BaseUrl, name, ct)).AbsoluteUri.TrimEnd('/');
    }

    private async Task<Uri> RelayAsync(Uri upstream, string name, CancellationToken ct) =>
        Own(await SandboxRelay.StartAsync(upstream, name, Counter, Hooks, ct)).Url;

    private T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
