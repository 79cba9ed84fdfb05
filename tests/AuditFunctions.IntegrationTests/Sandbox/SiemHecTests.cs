using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

public sealed class SiemHecTests
{
    private const string A = """{"event":{"id":"a"}}""";

    [Theory]
    [InlineData("", 400, 5, null, 0)]
    [InlineData(" \n ", 400, 5, null, 0)]
    [InlineData(A, 200, 0, null, 1)]
    [InlineData(A + "\n" + """{"time":1791048401.679,"event":{"id":"b"},"fields":{"f":"x","g":["y","z"]}}""", 200, 0, null, 2)]
    [InlineData("""{"time":"1791048401.679","event":{"id":"b"}}""" + A, 200, 0, null, 2)] // nothing in between
    [InlineData("""{"event":"text"}""", 200, 0, null, 1)]
    [InlineData("""{"event":7}""", 200, 0, null, 1)]
    [InlineData("""{"fields":{"f":"x"}}""", 200, 0, null, 1)] // fields alone
    [InlineData(A + """{"event":{"id":"b"}""", 400, 6, 1, 1)] // cut off
    [InlineData(A + "," + A, 400, 6, 1, 1)]
    [InlineData("[" + A + "]", 400, 6, 0, 0)]
    [InlineData(A + """{"host":"h"}""" + A, 400, 12, 1, 1)]
    [InlineData(A + """{"event":null}""", 400, 13, 1, 1)]
    [InlineData(A + """{"event":""}""", 400, 13, 1, 1)]
    [InlineData(A + """{"event":"  "}""", 400, 13, 1, 1)]
    [InlineData(A + """{"event":{ }}""", 400, 13, 1, 1)]
    [InlineData(A + """{"event":[]}""", 400, 13, 1, 1)]
    [InlineData(A + """{"time":"now","event":1}""", 400, 15, 1, 1)]
    [InlineData(A + """{"time":1.79E9,"event":1}""", 400, 15, 1, 1)] // an exponent
    [InlineData(A + """{"time":{},"event":1}""", 400, 15, 1, 1)]
    [InlineData(A + """{"event":1,"fields":{"f":{"g":"h"}}}""", 400, 15, 1, 1)]
    [InlineData(A + """{"event":1,"fields":{"f":true}}""", 400, 15, 1, 1)]
    [InlineData(A + """{"event":1,"fields":{"f":[1]}}""", 400, 15, 1, 1)]
    [InlineData(A + """{"event":1,"fields":"f"}""", 400, 15, 1, 1)]
    [InlineData(A + """{"event":1,"index":"main"}""", 200, 0, null, 2)]
    [InlineData(A + """{"event":1,"index":"other"}""", 400, 7, 2, 1)] // one too high, as Splunk counts here
    public async Task Body_gets_the_code_of_the_table_and_events_before_the_error_are_stored(
        string body, int status, int code, int? number, int stored)
    {
        await using var siem = await SandboxSiem.StartAsync(new() { Indexes = ["main"] }, CancellationToken.None);
        var (actualStatus, answer) = await PostAsync(siem, Encoding.UTF8.GetBytes(body), "Splunk sandbox-token");
        Assert.Equal((status, code), (actualStatus, answer.GetProperty("code").GetInt32()));
        Assert.Equal(number, answer.TryGetProperty("invalid-event-number", out var n) ? n.GetInt32() : null);
        Assert.Equal(stored, siem.Received);
    }

    [Theory]
    [InlineData(null, 401, 2)]
    [InlineData("nonsense", 401, 3)]
    [InlineData("Bearer sandbox-token", 200, 0)] // other services that speak HEC take their key so
    [InlineData("Splunk wrong", 403, 4)]
    [InlineData("Splunk sandbox-token", 200, 0)]
    [InlineData("Basic eDpzYW5kYm94LXRva2Vu", 200, 0)] // x:sandbox-token
    public async Task Authorization_gets_the_code_of_the_table(string? authorization, int status, int code)
    {
        await using var siem = await SandboxSiem.StartAsync(new(), CancellationToken.None);
        var (actualStatus, answer) = await PostAsync(siem, Encoding.UTF8.GetBytes(A), authorization);
        Assert.Equal((status, code), (actualStatus, answer.GetProperty("code").GetInt32()));
        siem.AcceptOnly("other");
        Assert.Equal(200, (await PostAsync(siem, Encoding.UTF8.GetBytes(A), "Splunk other")).Status);
    }

    [Fact]
    public async Task Events_are_kept_to_the_byte_and_counted_per_id_also_when_compressed()
    {
        await using var siem = await SandboxSiem.StartAsync(new() { KeepEvents = true, KeepBodies = true }, CancellationToken.None);
        var guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        var first = $$"""{"uuid":"{{guid}}","x":"é \u00e9 {"}""";
        var body = Encoding.UTF8.GetBytes("{\"time\":1791048401.679,\"event\":" + first + "}"
            + """{"event":{ "nested":{"id":1}, "id" : "b\"c" }}{"event":"no id"}""");
        using var gzipped = new MemoryStream();
        using (var gzip = new GZipStream(gzipped, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(body);
        }

        await PostAsync(siem, gzipped.ToArray(), "Splunk sandbox-token", "gzip");
        await PostAsync(siem, body, "Splunk sandbox-token");
        Assert.Equal(
            [first, """{ "nested":{"id":1}, "id" : "b\"c" }""", "\"no id\""],
            siem.RawEvents.Take(3).Select(e => Encoding.UTF8.GetString(e)));
        Assert.Equal((3, 3L, 2, 2L * body.Length), (siem.Received, siem.Duplicates, siem.Requests, siem.Bytes));
        Assert.Equal(gzipped.Length + body.Length, siem.WireBytes);
        Assert.Equal(2, siem.CountOf(guid));
        Assert.Equal(1791048401.679m, siem.TimeOf(guid));
        Assert.All(siem.Ids, id => Assert.Equal(2, siem.CountOf(id)));
        Assert.Contains(guid, siem.Ids);
        Assert.Equal(0, siem.CountOf("unknown"));
        Assert.Equal([(1, 3, guid), (2, 3, guid)], siem.Batches.Select(b => (b.Request, b.Events, b.FirstId)));
        Assert.Equal(gzipped.ToArray(), siem.RecentRequests[0].Body.ToArray());
        Assert.Equal("gzip", siem.RecentRequests[0].Headers["content-encoding"]);
    }

    [Fact]
    public async Task Too_large_and_badly_compressed_bodies_are_refused()
    {
        await using var siem = await SandboxSiem.StartAsync(new() { MaxBodyBytes = 40 }, CancellationToken.None);
        var large = Encoding.UTF8.GetBytes(A + A + A);
        Assert.Equal(413, (await PostAsync(siem, large, "Splunk sandbox-token")).Status);
        Assert.Equal(400, (await PostAsync(siem, Encoding.UTF8.GetBytes(A), "Splunk sandbox-token", "gzip")).Status);
        Assert.Equal(0, siem.Received);
    }

    [Fact]
    public async Task Refused_event_is_named_by_code_6_or_not_at_all()
    {
        await using var siem = await SandboxSiem.StartAsync(new(), CancellationToken.None);
        var body = """{"event":{"id":"1"}}{"event":{"id":"2"}}{"event":{"id":"3"}}"""u8.ToArray();
        siem.Refuse("2", EventRefusal.PlainBadRequest);
        var (status, answer) = await PostAsync(siem, body, "Splunk sandbox-token");
        Assert.Equal((400, false, 0), (status, answer.TryGetProperty("code", out _), siem.Received));
        siem.Refuse("2", EventRefusal.InvalidDataFormat);
        (status, answer) = await PostAsync(siem, body, "Splunk sandbox-token");
        Assert.Equal((400, 6, 1), (status, answer.GetProperty("code").GetInt32(), answer.GetProperty("invalid-event-number").GetInt32()));
        Assert.Equal(["1"], siem.Ids);
    }

    [Fact]
    public async Task Lost_answer_stores_and_wait_completes_when_the_events_are_there()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await using var siem = await SandboxSiem.StartAsync(new(), deadline.Token);
        siem.Faults.Script(new Fault.AnswerLost(), HecFault.Busy, null, HecFault.ShuttingDown);
        var waiting = siem.WaitForAsync(1, deadline.Token);
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(siem, Encoding.UTF8.GetBytes(A), "Splunk sandbox-token"));
        await waiting;
        var codes = new List<(int, int)>();
        for (var i = 0; i < 3; i++)
        {
            var (status, answer) = await PostAsync(siem, Encoding.UTF8.GetBytes(A), "Splunk sandbox-token");
            codes.Add((status, answer.GetProperty("code").GetInt32()));
        }

        Assert.Equal([(503, 9), (200, 0), (503, 23)], codes);
        Assert.Equal(2, siem.CountOf("a"));
    }

    [Fact]
    public async Task Health_and_account_are_told()
    {
        await using var siem = await SandboxSiem.StartAsync(new(), CancellationToken.None);
        using var http = new HttpClient();
        var health = new Uri(siem.BaseUrl, "services/collector/health");
        Assert.Contains("17", await http.GetStringAsync(health), StringComparison.Ordinal);
        siem.IsHealthy = false;
        using var unhealthy = await http.GetAsync(health);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unhealthy.StatusCode);
        await PostAsync(siem, Encoding.UTF8.GetBytes(A + A), "Splunk sandbox-token");
        Assert.Equal($$"""{"received":1,"duplicates":1,"requests":1,"bytes":{{2 * A.Length}},"wireBytes":{{2 * A.Length}}}""",
            await http.GetStringAsync(new Uri(siem.BaseUrl, "_account")));
    }

    private static async Task<(int Status, JsonElement Answer)> PostAsync(
        SandboxSiem siem, byte[] body, string? authorization, string? encoding = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(siem.BaseUrl, "services/collector/event"));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
