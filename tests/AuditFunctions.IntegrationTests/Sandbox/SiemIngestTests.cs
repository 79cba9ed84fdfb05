using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Tests.Sandbox;

public sealed class SiemIngestTests
{
    [Theory]
    [InlineData("application/json", """[{"id":"a"},{"id":"b"}]""")]
    [InlineData("application/json", """ {"source":{"x":[1]},"events":[{"id":"a"},{"id":"b"}],"more":{}} """)]
    [InlineData("application/json", """{"data":[{"id":"a"},{"id":"b"}]}""")]
    [InlineData("application/x-ndjson", "{\"id\":\"a\"}\n{\"id\":\"b\",\"data\":[]}\n")]
    [InlineData("text/plain", "{\"id\":\"a\"}\n{\"id\":\"b\"}")]
    public async Task Events_are_found_in_arrays_lines_and_envelopes(string contentType, string body)
    {
        await using var siem = await SandboxSiem.StartAsync(new() { Token = null, KeepEvents = true }, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(siem, contentType, body));
        Assert.Equal(["a", "b"], siem.Ids);
        Assert.Equal("{\"id\":\"a\"}", Encoding.UTF8.GetString(siem.RawEvents[0]));
    }

    [Theory]
    [InlineData("""[{"id":"a"},{"id":"b"]""")]
    [InlineData("""{"events":[{"id":"a"}]""")]
    [InlineData("""{"id":"a"} x""")]
    public async Task Broken_bodies_store_nothing(string body)
    {
        await using var siem = await SandboxSiem.StartAsync(new() { Token = null }, CancellationToken.None);
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(siem, "application/json", body));
        Assert.Equal(0, siem.Received);
    }

    [Fact]
    public async Task Token_is_demanded_and_headers_and_bodies_are_kept_for_signature_checks()
    {
        await using var siem = await SandboxSiem.StartAsync(new() { KeepBodies = true }, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(siem, "application/json", "[]"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(siem, "application/json", "[{\"id\":\"a\"}]", "Bearer sandbox-token"));
        var call = siem.RecentRequests[^1];
        Assert.Equal("v1,abc", call.Headers["webhook-signature"]);
        Assert.Equal("[{\"id\":\"a\"}]", Encoding.UTF8.GetString(call.Body.Span));
    }

    private static async Task<HttpStatusCode> PostAsync(SandboxSiem siem, string contentType, string body, string? authorization = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(siem.BaseUrl, "ingest"));
        request.Content = new StringContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        request.Headers.Add("webhook-signature", "v1,abc");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
