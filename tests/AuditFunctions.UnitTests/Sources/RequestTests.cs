using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>What a request looks like on the wire.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("a: 100", """{"a":100}""")]
    [InlineData("a: '100'", """{"a":"100"}""")]                        // quotes make a text
    [InlineData("a: 1.50", """{"a":1.50}""")]
    [InlineData("a: -1", """{"a":-1}""")]
    [InlineData("a: true", """{"a":true}""")]
    [InlineData("a: 'true'", """{"a":"true"}""")]
    [InlineData("a: yes", """{"a":"yes"}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a: 'null'", """{"a":"null"}""")]
    [InlineData("a: '{pageSize}'", """{"a":50}""")]                    // a lone number stays one
    [InlineData("a: 'n{pageSize}'", """{"a":"n50"}""")]
    [InlineData("a: '{from:unix-s}'", """{"a":"1767225600"}""")]
    [InlineData("a: +{from:unix-s}", """{"a":1767225600}""")]
    [InlineData("a: '+{from:unix-s}'", """{"a":1767225600}""")]        // as a definition is kept that holds it without quotes
    [InlineData("a: '+{from}'", """{"a":"\u002B2026-01-01T00:00:00.000Z"}""")]
    [InlineData("a: '+{from:unix-s} s'", """{"a":"\u002B1767225600 s"}""")]
    [InlineData("a: '{from}'", """{"a":"2026-01-01T00:00:00.000Z"}""")]
    [InlineData("a: '{cursor}'\nb: 1", """{"b":1}""")]                 // without a value the entry goes
    [InlineData("a: 'x{cursor?}'", """{"a":"x"}""")]
    [InlineData("page: { cursor: '{cursor}' }\nb: 1", """{"b":1}""")] // a map or list of which nothing is left goes too
    [InlineData("page: { cursor: '{cursor}', size: '{pageSize}' }", """{"page":{"size":50}}""")]
    [InlineData("a: { b: [ { c: '{cursor}' } ] }\nd: 1", """{"d":1}""")]
    [InlineData("a: ['{cursor}']\nb: [[ '{cursor}' ], 1]", """{"b":[1]}""")]
    [InlineData("a: {}\nb: []", """{"a":{},"b":[]}""")]
    [InlineData("a: '{cursor}'", "{}")]
    [InlineData("a: ['{cursor}', x]", """{"a":["x"]}""")]
    [InlineData("a: { b: [1, { c: '{{}}' }] }", """{"a":{"b":[1,{"c":"{}"}]}}""")]
    [InlineData("- 1\n- a", """[1,"a"]""")]
    public async Task A_body_keeps_the_types_that_were_written(string body, string expected) =>
        Assert.Equal(expected, (await SendAsync(body)).Body);

    [Theory]
    [InlineData("c: '{cursor:json}'", "[1,\"x\"]", """{"c":[1,"x"]}""")]
    [InlineData("c: '{cursor}'", "[1,\"x\"]", """{"c":"[1,\u0022x\u0022]"}""")]
    public async Task A_cursor_is_text_unless_it_is_asked_for_as_JSON(string body, string cursor, string expected) =>
        Assert.Equal(expected, (await SendAsync(body, cursor)).Body);

    [Fact]
    public async Task A_form_is_encoded()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, "request: { method: POST, bodyFormat: form, body: { a b: 'x&y=1', from: '{from}', c: '{cursor}' } }\ntime: at\npaging: { kind: cursor, path: n }");
        Pull.Tell(await pull.AskAsync(source));
        var request = Assert.Single(server.Requests);
        Assert.Equal(("application/x-www-form-urlencoded", "a%20b=x%26y%3D1&from=2026-01-01T00%3A00%3A00.000Z"), (request.Header("Content-Type"), request.Body));
    }

    [Fact]
    public async Task Query_names_may_repeat_and_every_reserved_character_is_encoded()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, """
            request:
              path: /v1/logs:list
              timeFormat: rfc3339
              query: { "filter[at][]": ["{from}", "{to:unix-s}"], "$top": "{pageSize}", q: 'a "b" & c/d', gone: "{cursor}" }
            time: at
            paging: { kind: cursor, path: n }
            """);
        Pull.Tell(await pull.AskAsync(source));
        Assert.Equal(
            "/v1/logs:list?filter%5Bat%5D%5B%5D=2026-01-01T00%3A00%3A00%2B00%3A00&filter%5Bat%5D%5B%5D=1769904000&%24top=100&q=a%20%22b%22%20%26%20c%2Fd",
            Assert.Single(server.Requests).PathAndQuery);
    }

    [Theory]
    [InlineData("acme", "/orgs/acme/audit-log")]
    [InlineData("a/../../admin", "/orgs/a%2F..%2F..%2Fadmin/audit-log")]       // a value is one segment
    [InlineData("a?b=c#d", "/orgs/a%3Fb%3Dc%23d/audit-log")]
    [InlineData("group/project", "/orgs/group%2Fproject/audit-log")]           // GitLab's namespaced ids
    [InlineData("{from}", "/orgs/%7Bfrom%7D/audit-log")]
    [InlineData("é ü", "/orgs/%C3%A9%20%C3%BC/audit-log")]
    public async Task A_parameter_in_a_path_is_one_segment(string org, string path)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        var source = Pull.Define(("template", "github-organization-audit"), ("org", org), ("token", "secret:token"), ("baseUrl", server.BaseUrl));
        Pull.Tell(await pull.AskAsync(source));
        Assert.StartsWith(path + "?", Assert.Single(server.Requests).PathAndQuery, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{token}")]
    [InlineData("{from} {now}")]
    [InlineData("}}{{")]
    [InlineData("a&b=c")]
    public async Task A_parameter_is_text_and_never_a_placeholder(string phrase)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        var source = Pull.Define(("template", "okta-system-log"), ("domain", "acme.okta.com"), ("filter", phrase), ("token", "secret:token"), ("baseUrl", server.BaseUrl));
        Pull.Tell(await pull.AskAsync(source));
        Assert.EndsWith("&filter=" + Uri.EscapeDataString(phrase), Assert.Single(server.Requests).PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_and_query_of_the_plain_template_take_placeholders_line_by_line()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        var source = Pull.Define(
            ("template", "http-json"), ("url", server.BaseUrl + "/v1"), ("time", "at"), ("method", "POST"), ("headers", "X-From: {from}\nX-Size: {pageSize}"),
            ("body", """{"n":{"size":"{pageSize}"}}"""), ("requestTimeFormat", "yyyy-MM-dd"), ("query", "a={from}&b=x=y&c={cursor}"), ("paging", "cursor"), ("next", "n"));
        Pull.Tell(await pull.AskAsync(source));
        var request = Assert.Single(server.Requests);
        Assert.Equal(
            ("POST", "/v1?a=2026-01-01&b=x%3Dy", "2026-01-01", "100", """{"n":{"size":100}}"""),
            (request.Method, request.PathAndQuery, request.Header("X-From"), request.Header("X-Size"), request.Body));
    }

    private static async Task<ScriptedServer.Seen> SendAsync(string body, string? cursor = null)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        var indented = string.Join('\n', body.Split('\n').Select(line => "    " + line));
        var source = Pull.DefineYaml(server.BaseUrl, $"request:\n  method: POST\n  headers: {{ X-Cursor: '{{cursor}}' }}\n  body:\n{indented}\ntime: at\nlimits: {{ pageSize: 50 }}\npaging: {{ kind: cursor, path: next }}");
        Pull.Tell(await pull.AskAsync(source, cursor));
        return Assert.Single(server.Requests);
    }
}
