using AuditFunctions.Sources;
using AuditFunctions.Tests.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hostile;

/// <summary>A vendor that has been taken over: whatever it names, nothing leaves for a host that the row does not name. The other host records all that it ever receives.</summary>
public sealed class EvilHostTests
{
    // {evil} is the other host with its port, {good} the vendor's, {port} the vendor's port.
    public static TheoryData<string> Elsewhere { get; } =
    [
        "http://{evil}/p2", "//{evil}/p2", "\\\\{evil}\\p2", "/\\{evil}/p2", "\\/{evil}/p2", "http:\\\\{evil}\\p2", "http:{evil}", "http:///{evil}/p2",
        "http://{good}@{evil}/p2", "http://{good}%40{evil}/p2", "http://{good}:pw@{evil}/", "http://user:pw@{good}/p2", "http://user@{good}/p2", "http://{good}\\@{evil}/p2", "http://{evil}#@{good}/", "http://{evil}?@{good}/",
        "https://{good}/p2", "HTTP://{evil}/", "hTTp://{evil}/", "ftp://{evil}/", "file:///etc/passwd", "file://{evil}/etc/passwd", "gopher://{evil}/", "data:text/plain,x", "javascript:alert(1)", "ws://{evil}/",
        "http://127.0.0.1/p2", "http://127.0.0.1:1/p2", "http://localhost:{port}/p2", "http://[::1]:{port}/p2", "http://[::ffff:127.0.0.1]:{port}/p2", "http://0.0.0.0:{port}/p2", "http://127.0.0.1.nip.io:{port}/", "http://127.1.1.1:{port}/p2",
        "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/metadata/identity", "http://[::ffff:a9fe:a9fe]/", "http://2852039166/", "http://0xA9FEA9FE/", "http://0251.0376.0251.0376/", "http://metadata.google.internal/", "http://168.63.129.16/",
        "http://{good}.evil.example/", "http://evil.example:{port}/", "http://xn--bcher-kva.example/", "http://b\u00fccher.example/", "http://\u2460\u2461\u2466.0.0.1:{port}\u3002evil/", "http://127\u3002evil.example:{port}/", "http://%65vil.example/",
        " http://{evil}/p2", "\thttp://{evil}/p2", "http://{evil}/p2\r\nX-Injected: 1", "http://{good}\r\nHost: {evil}\r\n/", "http://{evil}:0/", "http://{evil}:99999/", "http://[", "http://", "//", "///{evil}/", "http://{evil}:80:80/",
    ];

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task A_next_link_leads_to_no_other_host_and_no_other_port(string link)
    {
        await using var evil = await ScriptedServer.StartAsync(_ => new(200, """{"data":[]}"""));
        var text = "";
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/start"
            ? new(200, "{\"data\":[{\"id\":\"a\",\"at\":\"2026-01-01T00:00:00Z\"}],\"next\":" + System.Text.Json.JsonSerializer.Serialize(text) + "}")
            : new(404, ""));
        text = link.Replace("{evil}", new Uri(evil.BaseUrl).Authority, StringComparison.Ordinal).Replace("{good}", new Uri(vendor.BaseUrl).Authority, StringComparison.Ordinal)
            .Replace("{port}", $"{new Uri(vendor.BaseUrl).Port}", StringComparison.Ordinal);
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: /start, headers: { X-Api-Key: k3y-of-the-row } }, auth: { scheme: basic, username: u, password: pa55word }, events: { path: data }, id: id, time: at, paging: { kind: next-url, path: next } }");
        var first = await pull.AskAsync(source);
        if (first is PageResult.Page page)
        {
            page.Content.Dispose();
            var refused = Assert.IsType<PageResult.Refused>(await pull.AskAsync(source, page.End.Cursor));

            // Some odd texts are paths on the vendor's own host, which knows nothing of them.
            Assert.True(refused.StatusCode == 404 || refused.Reason.Contains("leads away from", StringComparison.Ordinal), refused.Reason);
        }
        else
        {
            Assert.IsType<PageResult.Refused>(first);
        }

        Assert.Empty(evil.Requests);
        Assert.Equal("/start", vendor.Requests[0].PathAndQuery);
    }

    [Theory]
    [InlineData("p2", "/p2")]
    [InlineData("/p2?a=%2e%2e%2f", "/p2?a=..%2f")]
    [InlineData("?cursor=x", "/start?cursor=x")]
    [InlineData("/%2e%2e/p2", "/p2")]
    [InlineData("/p2#http://evil.example", "/p2")]
    public async Task A_link_inside_the_vendor_s_host_is_followed(string link, string asked)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """{"data":[]}"""));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: /start }, events: { path: data }, id: id, time: at, paging: { kind: next-url, path: next } }");
        ((PageResult.Page)await pull.AskAsync(source, link)).Content.Dispose();
        Assert.Equal(asked, Assert.Single(vendor.Requests).PathAndQuery);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed_not_even_to_the_vendor_s_own_host(int status)
    {
        await using var evil = await ScriptedServer.StartAsync(_ => new(200, """{"data":[]}"""));
        await using var vendor = await ScriptedServer.StartAsync(request => new(status, "", ("Location", request.PathAndQuery == "/own" ? "/other" : evil.BaseUrl + "/stolen")));
        await using var pull = new Pull();
        foreach (var path in new[] { "/away", "/own" })
        {
            var source = Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: " + path + " }, auth: { scheme: basic, username: u, password: pa55word }, events: { path: data }, time: at }");
            Assert.Contains("a redirect, which is not followed", Assert.IsType<PageResult.Refused>(await pull.AskAsync(source)).Reason, StringComparison.Ordinal);
        }

        Assert.Empty(evil.Requests);
        Assert.Equal(2, vendor.Requests.Count);
    }

    [Fact]
    public async Task A_token_endpoint_that_redirects_or_sets_cookies_gets_nothing_sent_on()
    {
        await using var evil = await ScriptedServer.StartAsync(_ => new(200, """{"access_token":"t"}"""));
        await using var vendor = await ScriptedServer.StartAsync(_ => new(307, "", ("Location", evil.BaseUrl + "/token"), ("Set-Cookie", "a=b; Path=/")));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: /x }, auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: s3cret }, events: { path: data }, time: at }");
        Assert.IsNotType<PageResult.Page>(await pull.AskAsync(source));
        Assert.IsNotType<PageResult.Page>(await pull.AskAsync(source));
        Assert.Empty(evil.Requests);
        Assert.All(vendor.Requests, request => Assert.Null(request.Header("Cookie")));
    }

    [Theory]
    [InlineData("<{evil}/p2>; rel=next")]
    [InlineData("<>; rel=next")]
    [InlineData("<<{evil}>>; rel=next")]
    [InlineData("<{evil}; rel=next")]
    [InlineData("; rel=next, <{evil}>;;;rel=\"next")]
    [InlineData("<{evil}>; rel=next; rel=next, <{evil}>; rel=next")]
    public async Task An_invalid_link_header_neither_throws_nor_leads_away(string header)
    {
        await using var evil = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var vendor = await ScriptedServer.StartAsync(request => new(200, "[]", ("Link", header.Replace("{evil}", evil.BaseUrl, StringComparison.Ordinal))));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: /x }, time: at, paging: { kind: link-header } }");
        var page = Assert.IsType<PageResult.Page>(await pull.AskAsync(source));
        page.Content.Dispose();
        if (page.End.Cursor is { } cursor)
        {
            var next = await pull.AskAsync(source, cursor);
            Assert.True(next is PageResult.Refused or PageResult.Page);
            (next as PageResult.Page)?.Content.Dispose();
        }

        Assert.Empty(evil.Requests);
    }

    [Fact]
    public async Task Cookies_of_a_vendor_are_not_sent_back()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, """{"data":[]}""", ("Set-Cookie", "session=1; Path=/; Domain=example.com")));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: /x }, events: { path: data }, time: at }");
        for (var poll = 0; poll < 2; poll++)
        {
            Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        }

        Assert.All(vendor.Requests, request => Assert.Null(request.Header("Cookie")));
    }

    [Theory]
    [InlineData("{\"data\":[],\"next\":\"LONG\"}", "has 30001 characters; more than 30000 cannot be kept")]
    [InlineData("{\"data\":[],\"next\":\"a\\u0000b\"}", "holds control characters or half a surrogate pair")]
    [InlineData("{\"data\":[],\"next\":\"a\\u001bb\"}", "holds control characters or half a surrogate pair")]
    public async Task A_cursor_that_cannot_be_kept_is_refused(string body, string reason)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, body.Replace("LONG", new string('x', 30_001), StringComparison.Ordinal)));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(vendor.BaseUrl, "{ request: { path: /x, query: { c: '{cursor}' } }, events: { path: data }, time: at, paging: { kind: cursor, path: next } }");
        Assert.Contains(reason, Assert.IsType<PageResult.Refused>(await pull.AskAsync(source)).Reason, StringComparison.Ordinal);
    }
}
