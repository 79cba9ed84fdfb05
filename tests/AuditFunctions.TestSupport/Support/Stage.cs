using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Support;

/// <summary>A vendor, a SIEM and an installation whose clock stands still one hour after the vendor's first event; source <c>acme</c>, destination <c>splunk</c>.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Source = "acme";
    public const string Destination = "splunk";

    // Of a test that hangs, not of one that runs beside others on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private Stage(SandboxVendor vendor, SandboxSiem siem, PipelineHarness harness)
    {
        Vendor = vendor;
        Siem = siem;
        Harness = harness;
    }

    public SandboxVendor Vendor { get; }

    public SandboxSiem Siem { get; }

    public PipelineHarness Harness { get; }

    /// <summary>A deadline for whatever a test awaits.</summary>
    public static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    /// <summary>Waits for a condition, up to the deadline. Looks often and leaves the processor to what it waits for.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Deadline();
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), deadline);
        }
    }

    /// <summary>Starts all three; the destination row is written.</summary>
    public static async Task<Stage> StartAsync(SandboxVendorOptions vendor, params (string Setting, string Value)[] settings)
    {
        var harness = await PipelineHarness.CreateAsync("2026-01-01T01:00:00Z", settings);
        var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { KeepEvents = true }, Deadline());
        LoopbackIdentity.Use(harness.Configuration, siem);
        var stage = new Stage(await SandboxVendor.StartAsync(vendor, Deadline()), siem, harness);
        await harness.AddDestinationAsync(Destination, ("type", "splunk-hec"), ("url", siem.BaseUrl.AbsoluteUri), ("token", "secret:siem"));
        return stage;
    }

    /// <summary>A stage whose source pages by a cursor in the body and progresses by window.</summary>
    public static async Task<Stage> WithWindowsAsync(SandboxVendorOptions vendor, string order = "asc", params (string Setting, string Value)[] settings)
    {
        var stage = await StartAsync(vendor, settings);
        await stage.Harness.AddSourceAsync(Source, stage.GenericColumns(order));
        return stage;
    }

    /// <summary>A stage with an Okta source: progress by cursor.</summary>
    public static async Task<Stage> WithOktaAsync(SandboxVendorOptions vendor, params (string Setting, string Value)[] settings)
    {
        var stage = await StartAsync(vendor, settings);
        await stage.Harness.AddSourceAsync(Source, stage.OktaColumns());
        return stage;
    }

    public (string Column, string Value)[] OktaColumns(params (string Column, string Value)[] more) =>
    [
        ("template", "okta-system-log"), ("domain", "acme.okta.com"), ("baseUrl", Vendor.BaseUrl.AbsoluteUri.TrimEnd('/')),
        ("token", "secret:vendor"), ("since", "2026-01-01T00:00:00Z"), ("destination", Destination), .. more,
    ];

    public (string Column, string Value)[] GenericColumns(string order = "asc", params (string Column, string Value)[] more)
    {
        (string Column, string Value)[] all =
        [
            ("template", "http-json"), ("url", new Uri(Vendor.BaseUrl, "generic/cursor-body").AbsoluteUri),
            ("query", $"from={{from}}&to={{to}}&cursor={{cursor}}&limit={{pageSize}}&order={order}"),
            ("auth", "bearer"), ("token", "secret:vendor"), ("events", "data"), ("id", "id"), ("time", "time"),
            ("order", order switch { "asc" => "ascending", "desc" => "descending", _ => "unordered" }),
            ("paging", "cursor"), ("next", "next_cursor"), ("pageSize", "100"), ("since", "2026-01-01T00:00:00Z"), ("destination", Destination), .. more,
        ];
        return [.. all.GroupBy(column => column.Column).Select(group => group.Last())];
    }

    /// <summary>Asserts that everything that the vendor offers arrived, each event once.</summary>
    public void AssertAllOnce()
    {
        Assert.NotEmpty(Vendor.OfferedIds);
        string[] missing = [.. Vendor.OfferedIds.Where(id => Siem.CountOf(id) == 0)];
        var warnings = Harness.Log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal));
        Assert.True(missing.Length == 0, $"{missing.Length} events did not arrive, the first is {missing.FirstOrDefault()}. What was logged: {string.Join('\n', warnings)}");
        Assert.All(Vendor.OfferedIds, id => Assert.Equal(1, Siem.CountOf(id)));
        Assert.Equal(Vendor.OfferedCount, Siem.Received);
        Assert.Equal(0, Siem.Duplicates);
    }

    public async ValueTask DisposeAsync()
    {
        await Vendor.DisposeAsync();
        await Siem.DisposeAsync();
        await Harness.DisposeAsync();
    }
}
