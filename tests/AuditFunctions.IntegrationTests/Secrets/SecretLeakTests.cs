using System.IO.Compression;
using System.Text;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Shipping;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Secrets;

/// <summary>Secrets that cannot be mistaken for anything else are planted; after failures of every kind they stand nowhere.</summary>
public sealed class SecretLeakTests
{
    private const string Mark = "PLANTED";

    private static readonly (string Setting, string Value)[] Planted =
    [
        ("AUDIT_SECRET_OKTA", Mark + "-okta-token"),
        ("AUDIT_SECRET_OAUTH", Mark + "-client-secret"),
        ("AUDIT_SECRET_HEC", Mark + "-hec-token"),
        ("AUDIT_SECRET_BASIC", Mark + "-basic-password"),
        ("AUDIT_SECRET_HMAC", Mark + "-hmac-secret"),
        ("AUDIT_SECRET_BROKEN", Mark + "-with\nline-break"),
        ("AUDIT_SECRET_NOBASE", "whsec_%" + Mark + "-no-base64"),
        ("Fetching:MaxPages", "2"),
    ];

    [Fact]
    public async Task After_failures_of_every_kind_no_secret_stands_in_storage_or_logs()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T01:00:00Z", Planted);
        await using var vendor = await SandboxVendor.StartAsync(new SandboxVendorOptions { Events = 700, Token = Mark + "-okta-token" }, Stage.Deadline());
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Token = Mark + "-hec-token" }, Stage.Deadline());
        await WriteRowsAsync(harness, vendor, siem);
        vendor.Faults.Script(null, new Fault.Status(401), new Fault.Status(403), new Fault.MalformedJson(), new Fault.HtmlPage(), new Fault.Status(500), new Fault.Reset(), new Fault.Truncated(true), new Fault.Redirect(new Uri("https://elsewhere.example/")), new Fault.ForeignNextLink(new Uri("https://elsewhere.example/")));

        // What is rejected alike is no dead letter: one event is, since its neighbours are taken.
        siem.Refuse(vendor.OfferedIds[3], EventRefusal.Unnamed);
        siem.Faults.Script(
        [
            new Fault.Status(403, Body: $$"""{"text":"Invalid token {{Mark}}-hec-token","code":4}"""),
            new Fault.Status(403, Body: $$"""{"text":"Invalid token {{Mark}}-hec-token","code":4}"""),

            // To destination hmac, as often as it takes to come down to one event by halving.
            .. Enumerable.Repeat(new Fault.Status(400, Body: $$"""{"text":"No {{Mark}}-hmac-secret","code":6}"""), 12),
            new Fault.Status(503, Body: $$"""{"text":"Busy {{Mark}}-hec-token","code":9}"""),
            new Fault.Reset(),
            new Fault.HtmlPage(),
        ]);

        var messages = new List<string>();
        for (var round = 0; round < 12; round++)
        {
            await harness.Schedule.TickAsync(default);
            await PipelineHarness.TakeAsync(harness.Storage.FetchQueue);
            foreach (var source in new[] { "okta", "sales", "basic-out", "broken", "missing", "wrong" })
            {
                await harness.Fetch.FetchAsync(new(source, "default"), default);
            }

            // Deferred ones are hidden by the queue's own clock: they come again here.
            messages.AddRange(await PipelineHarness.TakeAsync(harness.Storage.ShipQueue));
            foreach (var text in messages)
            {
                await harness.Ship.HandleAsync(text, default);
            }

            harness.Clock.Advance(TimeSpan.FromHours(2));
        }

        await harness.Ship.HandleAsync("{ truncated", default);
        await harness.Fetch.HandleAsync("{ truncated", default);
        Assert.True(vendor.Faults.Taken >= 8 && siem.Faults.Taken >= 5, $"only {vendor.Faults.Taken} and {siem.Faults.Taken} faults were met");
        Assert.True(siem.Received > 0, "nothing was delivered");
        foreach (var id in new[] { 1002, 1003, 2003, 2004, 3003, 3004, 3005, 3006 })
        {
            Assert.True(harness.Log.Of(id).Count > 0, $"event {id} never happened");
        }

        var everything = await StorageDump.OfAsync(harness);
        Assert.True(everything.Count > 50, "the dump is nearly empty");
        Assert.DoesNotContain(everything, Leaks);
    }

    /// <summary>The control: one secret in each place is found there.</summary>
    [Fact]
    public async Task Test_would_notice_a_secret_in_every_place()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T01:00:00Z", Planted);
        await harness.AddSourceAsync("leak", ("token", Mark + "-okta-token"));
        await harness.Storage.ShipQueue.SendMessageAsync(ShipStage.Text(ShipStage.Batch("a", $"\"{Mark}-in-a-compressed-body\"")));
        await harness.Storage.FetchQueue.SendMessageAsync("x" + Mark + "-okta-token");
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionLevel.Fastest))
        {
            stream.Write(Encoding.UTF8.GetBytes(Mark));
        }

        await harness.Storage.Batches.UploadBlobAsync("b", BinaryData.FromBytes(gzip.ToArray()));
        await harness.Storage.DeadLetters.UploadBlobAsync("d", BinaryData.FromString(Convert.ToBase64String(Encoding.UTF8.GetBytes($"jane:{Mark}-basic-password"))));
        var log = harness.Log.CreateLogger("x");
        var thrown = new InvalidOperationException("outer", new InvalidOperationException(Mark));
        log.Log(Microsoft.Extensions.Logging.LogLevel.Trace, default, "state", thrown, (_, _) => "text");
        Assert.Equal(6, (await StorageDump.OfAsync(harness)).Count(Leaks));
    }

    private static bool Leaks(string text) =>
        text.Contains(Mark, StringComparison.Ordinal)
        || text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes($"jane:{Mark}-basic-password")), StringComparison.Ordinal)
        || text.Contains("AccountKey", StringComparison.Ordinal)
        || text.Contains("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq", StringComparison.Ordinal);

    private static async Task WriteRowsAsync(PipelineHarness harness, SandboxVendor vendor, SandboxSiem siem)
    {
        var url = vendor.BaseUrl.AbsoluteUri.TrimEnd('/');
        const string Since = "2026-01-01T00:00:00Z";
        string[] okta = ["okta", "basic-out", "broken", "missing"];
        string[] tokens = ["secret:okta", "secret:okta", "secret:broken", "secret:nowhere"];
        string[] destinations = ["hec, hmac, nobase", "basic", "hec", "hec"];
        for (var at = 0; at < okta.Length; at++)
        {
            await harness.AddSourceAsync(okta[at], ("template", "okta-system-log"), ("domain", "acme.okta.com"), ("baseUrl", url), ("token", tokens[at]), ("since", Since), ("destination", destinations[at]));
        }

        await harness.AddSourceAsync(
            "sales",
            ("template", "http-json"), ("url", url + "/generic/cursor-body"), ("query", "cursor={cursor}"), ("auth", "oauth2"), ("tokenUrl", url + "/services/oauth2/token"), ("clientId", "sandbox-client"), ("clientSecret", "secret:oauth"),
            ("events", "data"), ("id", "id"), ("time", "time"), ("paging", "cursor"), ("next", "next_cursor"), ("since", Since), ("destination", "hec"));
        await harness.AddSourceAsync("wrong", ("template", "okta-system-log"), ("domain", "acme.okta.com"), ("token", "no-reference"), ("destination", "hec"));
        var ingest = new Uri(siem.BaseUrl, "ingest").AbsoluteUri;
        await harness.AddDestinationAsync("hec", ("type", "splunk-hec"), ("url", siem.BaseUrl.AbsoluteUri), ("token", "secret:hec"));
        await harness.AddDestinationAsync("basic", ("type", "http"), ("url", ingest), ("auth", "basic"), ("username", "jane"), ("password", "secret:basic"));
        await harness.AddDestinationAsync("hmac", ("type", "http"), ("url", ingest), ("auth", "hmac"), ("secret", "secret:hmac"));
        await harness.AddDestinationAsync("nobase", ("type", "http"), ("url", ingest), ("auth", "hmac"), ("secret", "secret:nobase"));
        await harness.AddDestinationAsync("wrong", ("type", "splunk-hec"), ("url", "http://siem.example"), ("token", "no-reference"));
    }
}
