using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sandbox;

/// <summary>The stand-in of the Logs Ingestion API is as strict as the service.</summary>
public sealed class SiemLogsTests
{
    private const string Path = "dataCollectionRules/dcr-00000000000000000000000000000001/streams/Custom-AuditFunctions_CL?api-version=2023-01-01";
    private const string Row = """{"TimeGenerated":"2026-01-01T00:00:00Z","EventId":"a","Event":{"id":"a"}}""";

    [Theory]
    [InlineData(Path, "application/json", "Bearer sandbox-token", $"[{Row}]", 204, "")]
    [InlineData(Path, "application/json", "Bearer sandbox-token", "[]", 204, "")]
    [InlineData(Path, "application/json", "Bearer other", $"[{Row}]", 401, "InvalidToken")]
    [InlineData(Path, "application/json", "Splunk sandbox-token", $"[{Row}]", 401, "InvalidToken")]
    [InlineData(Path, "application/json", null, $"[{Row}]", 401, "InvalidToken")]
    [InlineData("dataCollectionRules/dcr-00000000000000000000000000000001/streams/Custom-AuditFunctions_CL", "application/json", "Bearer sandbox-token", "[]", 400, "InvalidApiVersion")]
    [InlineData("dataCollectionRules/dcr-00000000000000000000000000000002/streams/Custom-AuditFunctions_CL?api-version=2023-01-01", "application/json", "Bearer sandbox-token", "[]", 404, "NotFound")]
    [InlineData("dataCollectionRules/dcr-00000000000000000000000000000001/streams/Custom-Other_CL?api-version=2023-01-01", "application/json", "Bearer sandbox-token", "[]", 400, "InvalidStream")]
    [InlineData(Path, "text/plain", "Bearer sandbox-token", "[]", 415, "UnsupportedMediaType")]
    [InlineData(Path, "application/json", "Bearer sandbox-token", Row, 400, "InvalidRequestContent")]
    [InlineData(Path, "application/json", "Bearer sandbox-token", $"[{Row},1]", 400, "InvalidRequestContent")]
    [InlineData(Path, "application/json", "Bearer sandbox-token", $"[{Row}", 400, "InvalidRequestContent")]
    [InlineData(Path, "application/json", "Bearer sandbox-token", $"[{Row}] []", 400, "InvalidRequestContent")]
    public async Task Request(string path, string contentType, string? authorization, string body, int status, string code)
    {
        await using var siem = await SandboxSiem.StartAsync(new(), Stage.Deadline());
        var (answered, text) = await PostAsync(siem, path, contentType, authorization, Encoding.UTF8.GetBytes(body), gzip: false);
        Assert.Equal((status, body.Contains('a', StringComparison.Ordinal) && status == 204 ? 1 : 0), (answered, siem.Received));
        Assert.Contains(code, text, StringComparison.Ordinal);
    }

    /// <summary>1 MB, and it holds before and after compression.</summary>
    [Theory]
    [InlineData(1_048_576, false, 204)]
    [InlineData(1_048_577, false, 413)]
    [InlineData(1_048_576, true, 204)]
    [InlineData(1_048_577, true, 413)]
    public async Task Size(int bytes, bool gzip, int status)
    {
        await using var siem = await SandboxSiem.StartAsync(new(), Stage.Deadline());
        var body = Encoding.UTF8.GetBytes($"[{Row}{new string(' ', bytes - Row.Length - 2)}]");
        Assert.Equal(status, (await PostAsync(siem, Path, "application/json", "Bearer sandbox-token", body, gzip)).Status);
        Assert.Equal(status == 204 ? 1 : 0, siem.Received);
    }

    [Fact]
    public async Task Unknown_columns_are_dropped_long_values_are_cut_and_odd_times_replaced_without_a_word()
    {
        var time = new ManualTime("2026-01-03T00:00:00Z");
        await using var siem = await SandboxSiem.StartAsync(new() { Time = time, KeepEvents = true }, Stage.Deadline());
        var rows = $$$"""
            [{"TimeGenerated":"2026-01-01T00:00:00Z","Event":{"id":"in"},"Colour":"blue"},
             {"TimeGenerated":"2025-12-31T23:59:59Z","Event":{"id":"old"}},
             {"TimeGenerated":"2026-01-04T00:00:01Z","Event":{"id":"ahead"}},
             {"Event":{"id":"long","pad":"{{{new string('x', 70_000)}}}"}}]
            """;
        Assert.Equal(204, (await PostAsync(siem, Path, "application/json", "Bearer sandbox-token", Encoding.UTF8.GetBytes(rows), gzip: true)).Status);
        Assert.Equal(["Colour"], siem.DroppedColumns);
        Assert.Equal(65_536, siem.RawEvents[3].Length);
        var now = (decimal)time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal([now - (2 * 86_400), now, now, now], new[] { "in", "old", "ahead", "long" }.Select(id => siem.TimeOf(id)!.Value));
    }

    /// <summary>A connection that ends after an answer takes the client's next request with it.</summary>
    [Fact]
    public async Task An_answer_without_content_leaves_the_connection_open()
    {
        await using var siem = await SandboxSiem.StartAsync(new(), Stage.Deadline());
        using var client = new TcpClient();
        await client.ConnectAsync(siem.BaseUrl.Host, siem.BaseUrl.Port, Stage.Deadline());
        using var reader = new StreamReader(client.GetStream());
        var request = Encoding.UTF8.GetBytes(
            $"POST /{Path} HTTP/1.1\r\nHost: siem\r\nAuthorization: Bearer sandbox-token\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]");
        for (var i = 0; i < 3; i++)
        {
            await client.GetStream().WriteAsync(request, Stage.Deadline());
            Assert.StartsWith("HTTP/1.1 204", await reader.ReadLineAsync(Stage.Deadline()), StringComparison.Ordinal);
            while (await reader.ReadLineAsync(Stage.Deadline()) is { Length: > 0 })
            {
            }
        }
    }

    private static async Task<(int Status, string Text)> PostAsync(SandboxSiem siem, string path, string contentType, string? authorization, byte[] body, bool gzip)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(siem.BaseUrl, path));
        using var wire = new MemoryStream();
        await using (Stream stream = gzip ? new GZipStream(wire, CompressionLevel.Fastest, leaveOpen: true) : new BufferedStream(wire))
        {
            await stream.WriteAsync(body);
            await stream.FlushAsync();
            request.Content = gzip ? null : new ByteArrayContent(wire.ToArray());
        }

        request.Content ??= new ByteArrayContent(wire.ToArray());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (gzip)
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
