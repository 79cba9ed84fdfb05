using System.IO.Compression;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

/// <summary>A vendor with an Okta log, an installation whose clock stands still an hour after its first event, and the stand-in of Azure Monitor as its destination.</summary>
internal sealed class SentinelStage : IAsyncDisposable
{
    private const string Source = "acme";
    private readonly List<string> _messages = [];

    private SentinelStage(SandboxVendor vendor, SandboxSiem siem, PipelineHarness harness)
    {
        Vendor = vendor;
        Siem = siem;
        Harness = harness;
    }

    public SandboxVendor Vendor { get; }

    public SandboxSiem Siem { get; }

    public PipelineHarness Harness { get; }

    public static async Task<SentinelStage> StartAsync(SandboxVendorOptions vendor, TimeProvider? serviceTime = null, params (string Column, string Value)[] columns)
    {
        var options = new SandboxSiemOptions { KeepEvents = true, KeepBodies = true, Time = serviceTime ?? TimeProvider.System };
        var stage = new SentinelStage(
            await SandboxVendor.StartAsync(vendor, Stage.Deadline()), await SandboxSiem.StartAsync(options, Stage.Deadline()), await PipelineHarness.CreateAsync("2026-01-01T01:00:00Z"));
        LoopbackIdentity.Use(stage.Harness.Configuration, stage.Siem);
        await stage.Harness.AddDestinationAsync("sentinel", [.. DestinationConformanceTests.Least("sentinel", stage.Siem.BaseUrl), .. columns]);
        await stage.Harness.AddSourceAsync(
            Source,
            ("template", "okta-system-log"), ("domain", "acme.okta.com"), ("baseUrl", stage.Vendor.BaseUrl.AbsoluteUri.TrimEnd('/')), ("token", "secret:vendor"), ("since", "2026-01-01T00:00:00Z"), ("destination", "sentinel"));
        return stage;
    }

    /// <summary>Fetches what is new, and delivers every message once.</summary>
    public async Task FetchAndShipAsync()
    {
        await Harness.FetchAsync(Source);
        await ShipAsync();
    }

    /// <summary>
    /// Delivers every message so far once: also those that were put off, which their queue still hides by the real clock, and those that are done,
    /// which changes nothing.
    /// </summary>
    public async Task ShipAsync()
    {
        _messages.AddRange(await PipelineHarness.TakeAsync(Harness.Storage.ShipQueue));
        Assert.NotEmpty(_messages);
        foreach (var message in _messages)
        {
            await Harness.Ship.HandleAsync(message, Stage.Deadline());
        }
    }

    /// <summary>Delivers again and again, half an hour apart.</summary>
    public async Task ShipForHoursAsync()
    {
        for (var round = 0; round < 6; round++)
        {
            Harness.Clock.Advance(TimeSpan.FromMinutes(31));
            await ShipAsync();
        }
    }

    public async Task<List<DeadLetter>> LettersAsync()
    {
        var letters = new List<DeadLetter>();
        await foreach (var letter in Harness.Get<DeadLetterStore>().ListAsync(new DeadLetterFilter(), default))
        {
            letters.Add(letter);
        }

        return letters;
    }

    public void AssertAllOnce()
    {
        Assert.NotEmpty(Vendor.OfferedIds);
        Assert.All(Vendor.OfferedIds, id => Assert.Equal(1, Siem.CountOf(id)));
        Assert.Equal((Vendor.OfferedCount, 0L), (Siem.Received, Siem.Duplicates));
    }

    /// <summary>Asserts that the token is in nothing that was logged.</summary>
    public void AssertNotLogged(string token)
    {
        Assert.NotEmpty(Harness.Log.Lines);
        Assert.DoesNotContain(Harness.Log.Lines, line => line.Contains(token, StringComparison.Ordinal));
    }

    /// <summary>The body of a request, decompressed.</summary>
    public static string TextOf(SiemCall call)
    {
        Stream wire = new MemoryStream(call.Body.ToArray());
        using var text = new StreamReader(call.Headers.ContainsKey("Content-Encoding") ? new GZipStream(wire, CompressionMode.Decompress) : wire);
        return text.ReadToEnd();
    }

    public async ValueTask DisposeAsync()
    {
        await Vendor.DisposeAsync();
        await Siem.DisposeAsync();
        await Harness.DisposeAsync();
    }
}
