using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Answers that are no page, at the level of HTTP and of bytes: each becomes a result that says what it was.</summary>
public sealed class OddAnswerTests
{
    private const string Good = """{"data":[{"id":"a","at":"2026-01-01T00:00:00Z"}]}""";
    private const string NotThis = "Failed 200: the page (application/json, # bytes) is ";

    public static TheoryData<string, byte[], string> Bodies => new()
    {
        { "UTF-8 with a byte order mark", [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Good)], "Page of 1" },
        { "UTF-16 with a byte order mark", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Good)], NotThis + "UTF-16;" },
        { "UTF-16 without", Encoding.Unicode.GetBytes(Good), NotThis + "UTF-16;" },
        { "UTF-16, big-endian", Encoding.BigEndianUnicode.GetBytes(Good), NotThis + "UTF-16;" },
        { "UTF-32", [.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes(Good)], NotThis + "UTF-32;" },
        { "UTF-32 without a mark", Encoding.UTF32.GetBytes(Good), NotThis + "UTF-32;" },
        { "gzip without its label", Gzip(Encoding.UTF8.GetBytes(Good)), NotThis + "compressed with gzip, though no header says so;" },
        { "zstd", [0x28, 0xb5, 0x2f, 0xfd, 0, 0], NotThis + "compressed with zstd, which was not asked for;" },
        { "NUL bytes", new byte[100], NotThis + "not what the template says: at byte 0," },
        { "a list where an object is said", "[]"u8.ToArray(), NotThis + "not what the template says: at byte 0, expected an object that holds the events" },
        { "a text", "\"data\""u8.ToArray(), NotThis + "not what the template says: at byte 0, expected an object that holds the events" },
        { "a text at the events' place", "{\"data\":\"none\"}"u8.ToArray(), NotThis + "not what the template says: at byte 8," },
        { "null", "null"u8.ToArray(), "Page of 0" },
        { "an object without the events", "{\"total\":0}"u8.ToArray(), "Failed 200: the answer holds no events at 'data', nor anything else that the template reads; if this vendor answers so when there are no events, say so with 'events.optional: true'" },
        { "names that stand twice: the first counts", "{\"data\":[{\"id\":1,\"id\":2}],\"data\":[]}"u8.ToArray(), "Page of 1" },
        { "numbers beyond any type", "{\"data\":[{\"id\":9007199254740993,\"a\":-0,\"b\":1e400,\"\":{}}]}"u8.ToArray(), "Page of 1" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Bytes_decide_what_a_page_is(string what, byte[] body, string expected)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, "") { Bytes = body });
        await using var pull = new Pull();
        var told = Pull.Tell(await pull.AskAsync(Source(vendor.BaseUrl)));
        Assert.True(told.StartsWith(expected.Replace("#", $"{body.Length}", StringComparison.Ordinal), StringComparison.Ordinal), $"{what}: {told}");
    }

    [Fact]
    public async Task An_error_object_where_a_list_of_events_is_said_is_no_events()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """{"message":"Not Found","status":"404"}"""));
        await using var pull = new Pull();
        var failed = Assert.IsType<PageResult.Failed>(await pull.AskAsync(Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: /x }, time: at }")));
        Assert.EndsWith("expected a list of events, found an object with a member that is not an event", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(0, failed.Broken!.Cut.Count);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 11\r\n\r\n{\"data\":[]}", "Failed 0: the answer broke off or is not readable")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 11\r\n\r\n{\"data\":[]}", "Failed 0: the answer broke off or is not readable")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 11\r\n\r\n{\"data\":[]}", "Failed 0: the answer broke off or is not readable")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"data\":[]}", "Failed 200: the page (no content type, 5 bytes) is not what the template says: at byte 5,")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"data\":[]}", "Failed 0: ")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{\"data\":[]}", "Page of 0")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{\"data\":[]}", "Page of 0")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\"data\":[]}\r\n0\r\n\r\n", "Failed 0: ")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{\"data\":[]}\r\n", "Failed 0: ")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Odd: a\u0001\u0002b\r\nContent-Length: 11\r\n\r\n{\"data\":[]}", "Page of 0")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 11\r\n\r\n{\"data\":[]}", "Failed 0: ")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Big: LONG\r\nContent-Length: 11\r\n\r\n{\"data\":[]}", "Failed 0: no answer: the headers of ")]
    [InlineData("HTTP/1.1 429 Slow\r\nRetry-After: LONG\r\nContent-Length: 0\r\n\r\n", "Failed 0: no answer: the headers of ")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"data\":[]}", "Page of 0")]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", "Failed 202: the vendor answered 202: what was asked for is not ready")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "Page of 0")]
    [InlineData("HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", "Page of 0")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Length: 11\r\n\r\n{\"data\":[]}", "Failed 206: the vendor answered 206, a part of a page")]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n", "Failed 304: GET /x answered 304, as if we had asked whether something changed")]
    [InlineData("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", "Failed 999: GET /x answered 999")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", "Failed 0: ")]
    public async Task A_server_that_breaks_the_rules_of_http_costs_one_failed_poll(string answer, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeOneAsync(listener, answer.Replace("LONG", new string('9', 1 << 20), StringComparison.Ordinal));
        await using var pull = new Pull();
        var told = Pull.Tell(await pull.AskAsync(Source($"http://{listener.LocalEndpoint}")).WaitAsync(Stage.Deadline()));
        Assert.StartsWith(expected, told, StringComparison.Ordinal);
        listener.Stop();
        await serving;
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("86400", 3_600)]                              // never longer than an hour
    [InlineData("31536000", 3_600)]
    [InlineData("Thu, 01 Jan 2099 00:00:00 GMT", 3_600)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    [InlineData("-5", 60)]                                    // none that can be read: a minute
    [InlineData("soon", 60)]
    [InlineData("9999999999999999999999", 3_600)]
    [InlineData("1e9", 3_600)]
    public async Task A_wait_that_a_vendor_asks_for_is_bounded(string retryAfter, int seconds)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(429, "", ("Retry-After", retryAfter)));
        await using var pull = new Pull();
        Assert.Equal(new PageResult.Throttled(429, TimeSpan.FromSeconds(seconds)), await pull.AskAsync(Source(vendor.BaseUrl)));
    }

    [Fact]
    public async Task A_wait_that_a_token_endpoint_asks_for_is_bounded_as_well()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(429, "", ("Retry-After", "31536000")));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: /x }, auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: s }, events: { path: data }, time: at }");
        Assert.Equal(new PageResult.Throttled(429, TimeSpan.FromHours(1)), await pull.AskAsync(source));
    }

    [Theory]
    [InlineData("descending", "a", "Failed 200: the answer is empty in the middle of a window;")]
    [InlineData("unordered", "a", "Failed 200: the answer is empty in the middle of a window;")]
    [InlineData("ascending", "a", "Failed 200: the answer is empty in the middle of a window;")]
    [InlineData("descending", null, "Page of 0")]
    public async Task An_empty_answer_ends_only_a_window_that_has_not_begun(string order, string? cursor, string expected)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, ""));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: /x, query: { c: '{cursor}' } }, events: { path: data }, time: at, order: " + order + ", paging: { kind: cursor, path: next } }");
        Assert.StartsWith(expected, Pull.Tell(await pull.AskAsync(source, cursor)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_never_ends_costs_one_time_out()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sent = new SemaphoreSlim(0);
        var serving = DripAsync(listener, sent);
        await using var pull = new Pull();
        var asking = pull.AskAsync(Source($"http://{listener.LocalEndpoint}"));
        await sent.WaitAsync(Stage.Deadline());
        Assert.False(asking.IsCompleted);
        pull.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(new PageResult.Failed(0, "no whole answer within 60 s") { IsTooMuch = true }, await asking.WaitAsync(Stage.Deadline()));
        listener.Stop();
        await serving;
    }

    private static SourceDefinition Source(string baseUrl) =>
        Pull.DefineYaml(baseUrl, "{ request: { path: /x }, events: { path: data }, id: id, time: at }");

    private static byte[] Gzip(byte[] bytes)
    {
        using var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return into.ToArray();
    }

    private static async Task ServeOneAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(Stage.Deadline());
        var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[8192], Stage.Deadline());
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), Stage.Deadline());
        }
        catch (IOException)
        {
            // The client has seen enough.
        }
    }

    private static async Task DripAsync(TcpListener listener, SemaphoreSlim sent)
    {
        using var client = await listener.AcceptTcpClientAsync(Stage.Deadline());
        var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[8192], Stage.Deadline());
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"u8.ToArray(), Stage.Deadline());
        sent.Release();

        // Until the client hangs up.
        _ = await stream.ReadAsync(new byte[1], Stage.Deadline());
    }
}
