using System.IO.Compression;
using System.Net;
using System.Text.Json;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

public sealed class VendorFaultTests
{
    private const string Url = "generic/link?limit=5";
    private static readonly SteppedTime NewYear = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static TheoryData<Fault, int, string, string> Answers() => new()
    {
        { new Fault.Status(503, "7"), 503, "Retry-After", "7" },
        { new Fault.Throttled(TimeSpan.FromSeconds(30)), 429, "Retry-After", "30" },
        { new Fault.Throttled(TimeSpan.FromSeconds(45), ThrottleSignal.RetryAfterDate), 429,
            "Retry-After", "Thu, 01 Jan 2026 00:00:45 GMT" },
        { new Fault.Throttled(TimeSpan.FromSeconds(45), ThrottleSignal.ResetEpoch), 429, "X-Rate-Limit-Reset", "1767225645" },
        { new Fault.RefusedCredential(403), 403, "Content-Type", "application/json; charset=utf-8" },
        { new Fault.HtmlPage(), 200, "Content-Type", "text/html; charset=utf-8" },
        { new Fault.WrongContentType("text/plain"), 200, "Content-Type", "text/plain" },
        { new Fault.Redirect(new Uri("https://other.example/logs")), 302, "Location", "https://other.example/logs" },
        { new Fault.ForeignNextLink(new Uri("https://other.example")), 200, "Link", "<https://other.example/generic/link" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Fault_meets_one_request_with_its_status_and_header(Fault fault, int status, string header, string value)
    {
        await using var vendor = await SandboxVendor.StartAsync(
            new() { Time = NewYear, Faults = new FaultPlan().Next(1, fault) }, CancellationToken.None);
        using var response = await GetAsync(vendor);
        Assert.Equal(status, (int)response.StatusCode);
        var values = response.Headers.Concat(response.Content.Headers).Where(h => h.Key == header).SelectMany(h => h.Value);
        Assert.StartsWith(value, Assert.Single(values), StringComparison.Ordinal);
        using var next = await GetAsync(vendor, fault is Fault.RefusedCredential ? "rotated" : "sandbox-token");
        Assert.Equal(fault is Fault.RefusedCredential ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, next.StatusCode);
        Assert.Equal((2, 1), (vendor.Requests, vendor.Faults.Taken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Resets_and_cut_bodies_break_the_read(bool midBody)
    {
        Fault[] faults = midBody
            ? [new Fault.ResetMidBody(), new Fault.Truncated(LengthOfWhole: true)]
            : [new Fault.Reset(), new Fault.AnswerLost()];
        await using var vendor = await SandboxVendor.StartAsync(new() { Faults = new FaultPlan().Script(faults) }, CancellationToken.None);
        foreach (var fault in faults)
        {
            var error = await Record.ExceptionAsync(async () =>
            {
                using var response = await GetAsync(vendor);
            });
            Assert.True(error is HttpRequestException or IOException, $"{fault}: {error}");
        }

        using var good = await GetAsync(vendor);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task Broken_JSON_arrives_as_valid_HTTP()
    {
        Fault[] faults = [new Fault.Truncated(LengthOfWhole: false), new Fault.MalformedJson()];
        await using var vendor = await SandboxVendor.StartAsync(new() { Faults = new FaultPlan().Script(faults) }, CancellationToken.None);
        foreach (var fault in faults)
        {
            using var response = await GetAsync(vendor);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var body = await response.Content.ReadAsByteArrayAsync();
            Assert.True(Record.Exception(() => JsonDocument.Parse(body)) is JsonException, fault.ToString());
        }
    }

    [Fact]
    public async Task Gzip_bomb_is_small_on_the_wire_and_valid_JSON_behind_it()
    {
        const int Size = 10_000_001;
        await using var vendor = await SandboxVendor.StartAsync(
            new() { Faults = new FaultPlan().Next(1, new Fault.GzipBomb(Size)) }, CancellationToken.None);
        using var response = await GetAsync(vendor);
        var wire = await response.Content.ReadAsByteArrayAsync();
        Assert.InRange(wire.Length, 1, Size / 500);
        await using var gzip = new GZipStream(new MemoryStream(wire), CompressionMode.Decompress);
        using var body = new MemoryStream();
        await gzip.CopyToAsync(body);
        Assert.Equal(Size, body.Length);
        body.Position = 0;
        Assert.Equal(0, (await JsonDocument.ParseAsync(body)).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Slow_body_and_gzip_give_the_same_bytes_and_a_hanging_request_ends_with_the_client()
    {
        var slow = new Fault.SlowBody(TimeSpan.FromMilliseconds(1), Pieces: 7);
        await using var vendor = await SandboxVendor.StartAsync(
            new() { Gzip = true, Faults = new FaultPlan().Script(slow, null, new Fault.Hang()) }, CancellationToken.None);
        using var first = await GetAsync(vendor);
        using var second = await GetAsync(vendor);
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(), await second.Content.ReadAsByteArrayAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(vendor, ct: patience.Token));
    }

    [Fact]
    public async Task Plans_by_number_share_and_path_are_the_same_in_every_run()
    {
        var runs = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            var plan = new FaultPlan(seed: 9).Every(4, new Fault.Status(500)).At(6, new Fault.Status(502))
                .When(path => path.Contains("limit=7", StringComparison.Ordinal), new Fault.Status(400), count: 1)
                .Share(0.3, new Fault.Status(503));
            await using var vendor = await SandboxVendor.StartAsync(new() { Faults = plan }, CancellationToken.None);
            var statuses = new List<int>();
            for (var i = 1; i <= 40; i++)
            {
                using var response = await GetAsync(vendor, url: i == 3 ? "generic/link?limit=7" : Url);
                statuses.Add((int)response.StatusCode);
            }

            plan.Clear();
            using var last = await GetAsync(vendor);
            Assert.Equal(HttpStatusCode.OK, last.StatusCode);
            runs.Add(string.Join(' ', statuses));
            Assert.Equal([500, 500], [statuses[3], statuses[39]]);
            Assert.Equal([400, 502], [statuses[2], statuses[5]]);
            Assert.InRange(statuses.Count(s => s == 503), 3, 18);
        }

        Assert.Equal(runs[0], runs[1]);
    }

    [Theory]
    [InlineData("generic/link", "Bearer", 429, "Retry-After", "40")]
    [InlineData("api/v1/logs", "SSWS", 429, "X-Rate-Limit-Reset", "1767225660")]
    [InlineData("orgs/a/audit-log", "Bearer", 403, "X-RateLimit-Reset", "1767225660")]
    public async Task Rate_limit_refuses_the_requests_too_many_until_the_window_ends(
        string url, string scheme, int status, string header, string value)
    {
        var time = new SteppedTime(NewYear.Now.AddSeconds(20));
        await using var vendor = await SandboxVendor.StartAsync(new() { RateLimit = 2, Time = time }, CancellationToken.None);
        using var client = new VendorClient(vendor, scheme);
        foreach (var expected in new[] { 200, 200, status })
        {
            using var response = await client.GetAsync(url);
            Assert.Equal(expected, (int)response.StatusCode);
            Assert.Equal(expected == 200 ? null : value, response.Headers.TryGetValues(header, out var values) ? values.Single() : null);
        }

        time.Now += TimeSpan.FromSeconds(40);
        using var later = await client.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    private static async Task<HttpResponseMessage> GetAsync(
        SandboxVendor vendor, string token = "sandbox-token", string url = Url, CancellationToken ct = default)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(vendor.BaseUrl, url));
        request.Headers.Authorization = new("Bearer", token);
        return await http.SendAsync(request, ct);
    }
}
