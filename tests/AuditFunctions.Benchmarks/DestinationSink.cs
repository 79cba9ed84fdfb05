using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Destinations;
using Microsoft.AspNetCore.Http;

namespace AuditFunctions.Benchmarks;

/// <summary>Takes bodies of any kind and answers as its destination does when it takes all: a process of its own, so that its time does not count.</summary>
internal static class DestinationSink
{
    /// <summary>Serves until its input is closed.</summary>
    public static async Task<int> RunAsync(string kind)
    {
        switch (kind)
        {
            case "kafka":
                using (var cluster = new KafkaCluster("audit", partitions: 1))
                {
                    await ServeAsync(cluster.Servers);
                }

                break;
            case "syslog":
                using (var listener = new TcpListener(IPAddress.Loopback, 0))
                {
                    listener.Start();
                    var drained = DrainAsync(listener);
                    await ServeAsync(listener.LocalEndpoint.ToString()!);
                    listener.Stop();
                    await drained;
                }

                break;
            default:
                await using (var server = await LoopbackServer.StartAsync(0, http => AnswerAsync(kind, http), CancellationToken.None))
                {
                    await ServeAsync(server.BaseUrl.OriginalString);
                }

                break;
        }

        return 0;
    }

    private static async Task ServeAsync(string address)
    {
        Console.WriteLine(JsonSerializer.Serialize(new { url = address }));
        await Console.In.ReadToEndAsync();
    }

    // Reads each connection to its end and closes it, which is how such a receiver shows that it took all.
    private static async Task DrainAsync(TcpListener listener)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            try
            {
                using var connection = await listener.AcceptSocketAsync();
                while (await connection.ReceiveAsync(buffer) > 0)
                {
                }
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private static async Task AnswerAsync(string kind, HttpContext http)
    {
        var lines = await LinesAsync(http.Request, isCounted: kind is "elastic" or "axiom");
        var (status, type, text) = kind switch
        {
            "splunk-hec" or "crowdstrike-ngsiem" => (200, "application/json", """{"text":"Success","code":0}"""),
            "elastic" => (200, "application/json", $$"""{"took":1,"errors":false,"items":[{{string.Join(',', Enumerable.Repeat("{\"create\":{\"status\":201}}", lines / 2))}}]}"""),
            "axiom" => (200, "application/json", $$"""{"ingested":{{lines}},"failed":0,"failures":[]}"""),
            "otlp" => (200, "application/x-protobuf", ""),
            "cortex-xsiam" => (200, "application/json", """{"error":"false"}"""),
            "adx" => (200, "application/json", """{"Tables":[]}"""),
            "google-secops" => (200, "application/json", "{}"),
            "sentinel" or "dynatrace" or "loki" => (204, "application/json", ""),
            "datadog" or "newrelic" or "betterstack" or "graylog" => (202, "application/json", "{}"),
            "azure-blob" or "event-hubs" or "service-bus" => (201, "application/json", ""),
            _ => (200, "application/json", ""),
        };
        http.Response.StatusCode = status;
        if (text.Length > 0 || kind == "otlp")
        {
            http.Response.ContentType = type;
        }

        if (text.Length > 0)
        {
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), http.RequestAborted);
        }
    }

    private static async Task<int> LinesAsync(HttpRequest request, bool isCounted)
    {
        await using var body = isCounted && request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        var buffer = new byte[64 * 1024];
        var lines = 0;
        while (await body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var read)
        {
            lines += isCounted ? buffer.AsSpan(0, read).Count((byte)'\n') : 0;
        }

        return lines;
    }
}
