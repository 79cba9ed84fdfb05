using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Destinations.Http;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Shipping;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

public sealed class HttpDestinationTests
{
    private static readonly (string, string, string?)[] Events =
        [("{\r\n  \"a\": \"x\\ny\",\n\t\"b\": []\r\n}", "e1", "2026-01-01T00:00:00.1234567Z"), ("{}", "7", null)];

    [Theory]
    [InlineData(nameof(HttpFraming.Array), "http-array/1", "[{\r\n  \"a\": \"x\\ny\",\n\t\"b\": []\r\n},{}]")]
    [InlineData(nameof(HttpFraming.Lines), "http-ndjson/1", "{    \"a\": \"x\\ny\", \t\"b\": []  }\n{}\n")]
    [InlineData(nameof(HttpFraming.Envelope), "http-envelope/1",
        "{\"source\":\"acme\",\"partition\":\"eu\",\"events\":[{\"id\":\"e1\",\"time\":\"2026-01-01T00:00:00.1234567Z\",\"event\":{\r\n  \"a\": \"x\\ny\",\n\t\"b\": []\r\n}},{\"id\":\"7\",\"event\":{}}]}")]
    public void Body_is_pinned_to_the_byte(string framing, string kind, string expected)
    {
        var format = new HttpFormat(Enum.Parse<HttpFraming>(framing), 1_000_000, 100);
        Assert.Equal((kind, expected), (format.Kind, FormatText.Of(format, Events)));
    }

    [Theory]
    [InlineData("bearer", "Authorization", "Bearer s3cret")]
    [InlineData("basic", "Authorization", "Basic amFuZTpzM2NyZXQ=")]
    [InlineData("header", "X-Api-Key", "s3cret")]
    public async Task Credential_arrives_as_the_auth_says(string auth, string header, string expected)
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Token = null }, Stage.Deadline());
        await using var harness = await HarnessAsync(siem, auth switch
        {
            "basic" => [("auth", auth), ("username", "jane"), ("password", "secret:out")],
            "header" => [("auth", auth), ("header", "X-Api-Key"), ("token", "secret:out")],
            _ => [("auth", auth), ("token", "secret:out")],
        });
        await ShipAsync(harness);
        var call = Assert.Single(siem.RecentRequests);
        Assert.Equal(expected, call.Headers[header]);
        Assert.Equal(1, siem.Received);
    }

    /// <summary>Signed as Standard Webhooks says, computed here from its text and not by our own code.</summary>
    [Theory]
    [InlineData("s3cret", "false")]
    [InlineData("s3cret", "true")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "true")]
    public async Task Signature_covers_what_is_on_the_wire_and_every_attempt_has_the_same_id(string secret, string gzip)
    {
        var options = new SandboxSiemOptions { Token = null, KeepBodies = true, Faults = new FaultPlan().Next(1, new Fault.AnswerLost()) };
        await using var siem = await SandboxSiem.StartAsync(options, Stage.Deadline());
        await using var harness = await HarnessAsync(siem, [("auth", "hmac"), ("secret", "secret:out"), ("gzip", gzip), ("body", "ndjson")], secret);
        await ShipAsync(harness);
        harness.Clock.Advance(TimeSpan.FromMinutes(2));
        await ShipAsync(harness);

        Assert.Equal(2, siem.RecentRequests.Count);
        var key = secret.StartsWith("whsec_", StringComparison.Ordinal) ? Convert.FromBase64String(secret[6..]) : Encoding.UTF8.GetBytes(secret);
        foreach (var call in siem.RecentRequests)
        {
            var (id, sentAt) = (call.Headers["webhook-id"], call.Headers["webhook-timestamp"]);
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{sentAt}."), .. call.Body.Span];
            Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)), call.Headers["webhook-signature"]);
            Assert.Equal(gzip == "true" ? "gzip" : null, call.Headers.GetValueOrDefault("Content-Encoding"));
        }

        Assert.Single(siem.RecentRequests.Select(call => call.Headers["webhook-id"]).Distinct());
        Assert.Equal(["1767225600", "1767225720"], siem.RecentRequests.Select(call => call.Headers["webhook-timestamp"]));
    }

    [Fact]
    public async Task Signing_secret_that_is_no_base64_keeps_the_message_and_is_not_repeated()
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { Token = null }, Stage.Deadline());
        await using var harness = await HarnessAsync(siem, [("auth", "hmac"), ("secret", "secret:out")], "whsec_%%%planted%%%");
        await ShipAsync(harness);
        Assert.Equal((0, 1), (siem.Requests, await PipelineHarness.CountAsync(harness.Storage.ShipQueue)));
        Assert.DoesNotContain(harness.Log.Lines, line => line.Contains("planted", StringComparison.Ordinal));
        Assert.Contains("starts with whsec_, and what stands behind it is no base64", Assert.Single(harness.Log.Of(3004)), StringComparison.Ordinal);
        Assert.Empty(harness.Log.Of(3007));
    }

    [Fact]
    public void Wrong_row_is_told_what_is_missing_what_is_unused_and_what_is_allowed()
    {
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(
            PipelineHarness.Row("dest", ("type", "http"), ("url", "https://siem.example/in"), ("auth", "basic"), ("token", "secret:t"), ("maxEvents", "0"), ("maxBodyBytes", "60000000")),
            problems));
        Assert.Equal(
            """
            username: is missing: auth 'basic' needs it.
            password: is missing: auth 'basic' needs it.
            token: is not used by auth 'basic'; remove it or choose another auth.
            maxBodyBytes: is 60000000; allowed: 1000 to 50000000.
            maxEvents: is 0; allowed: 1 to 100000.
            """,
            string.Join('\n', problems.Found));
        Assert.Equal("auth: is 'ntlm'; allowed: none, bearer, basic, header, hmac.", Only(("type", "http"), ("url", "https://siem.example/in"), ("auth", "ntlm")));
        Assert.Equal($"type: 'telex' is unknown; types: {string.Join(", ", DestinationCatalog.Types.Select(type => type.Name))}.", Only(("type", "telex"), ("url", "https://siem.example/in")));
        Assert.Equal($"type: is missing; types: {string.Join(", ", DestinationCatalog.Types.Select(type => type.Name))}.", Only(("url", "https://siem.example/in")));
        Assert.Equal("header: is no name of a request header that may be set; write one such as X-Api-Key.", Only(("TYPE", "http"), ("url", "https://siem.example/in"), ("auth", "header"), ("header", "X Key:"), ("token", "secret:t")));
    }

    private static string Only(params (string Column, string Value)[] columns)
    {
        var problems = new Problems();
        Assert.Null(DestinationCatalog.Read(PipelineHarness.Row("dest", columns), problems));
        return Assert.Single(problems.Found).ToString();
    }

    private static async Task<PipelineHarness> HarnessAsync(SandboxSiem siem, (string Column, string Value)[] columns, string secret = "s3cret")
    {
        var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", ("AUDIT_SECRET_OUT", secret));
        await harness.AddDestinationAsync("out", [("type", "http"), ("url", new Uri(siem.BaseUrl, "ingest").AbsoluteUri), .. columns]);
        return harness;
    }

    private static async Task ShipAsync(PipelineHarness harness)
    {
        var raw = "{\"id\":\"a\"}\n"u8.ToArray();
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionLevel.Fastest))
        {
            stream.Write(raw);
        }

        var rows = await harness.Get<DefinitionCache>().DestinationsAsync(TimeSpan.Zero, default);
        var kind = rows["out"].Definition!.Format.Kind;
        var message = ShipStage.Batch("a") with { Destination = "out", Format = kind, RawBytes = raw.Length, Body = gzip.ToArray() };
        message = message with { Check = BodyCheck.Of(message.BatchId, message.Body) };
        await harness.Ship.HandleAsync(ShipStage.Text(message), Stage.Deadline());
    }
}
