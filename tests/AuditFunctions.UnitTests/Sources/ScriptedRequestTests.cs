using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>A request of which a script says query, headers or body, against a server.</summary>
public sealed class ScriptedRequestTests
{
    private const string Secret = "s3cret-of-the-vendor";
    private const string Page = """{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"next":"n1"}""";

    [Fact]
    public async Task The_script_says_query_headers_and_body_of_the_next_request()
    {
        await using var server = await ScriptedServer.StartAsync(seen => new(200, seen.Body.Contains("n1", StringComparison.Ordinal) ? """{"data":[],"next":null}""" : Page));
        await using var pull = new Pull(new("2026-01-31T10:00:00Z"));
        pull.SetSecret("secret", Secret);
        await pull.DrainAsync(Define(server, """
            function request(context) {
              const day = at => new Date(at).toISOString().slice(0, 10)
              return {
                query: { range: `${day(context.from)}~${day(context.to)}`, kind: ["a", "b"], gone: null, n: context.pageSize },
                headers: { "X-Digest": hash("sha256", day(context.now)).hex, "X-Workspace": context.values.workspace },
                body: { after: context.cursor, big: 12, list: [{ x: true }] },
              }
            }
            """));
        Assert.Equal("/x?z=1&range=2026-01-01~2026-01-31&kind=a&kind=b&n=2", server.Requests[0].PathAndQuery);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("2026-01-31"))), server.Requests[0].Header("X-Digest"));
        Assert.Equal("north", server.Requests[0].Header("X-Workspace"));
        Assert.Equal(["""{"after":null,"big":12,"list":[{"x":true}]}""", """{"after":"n1","big":12,"list":[{"x":true}]}"""], server.Requests.Select(request => request.Body));
    }

    [Fact]
    public async Task Nothing_leaves_the_request_as_the_template_says_it()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, """{"data":[],"next":null}"""));
        await using var pull = new Pull();
        pull.SetSecret("secret", Secret);
        await pull.DrainAsync(Define(server, "function request(context) {}"));
        Assert.Equal(("/x?z=1&gone=yes", """{"since":"2026-01-01T00:00:00.000Z"}"""), (server.Requests[0].PathAndQuery, server.Requests[0].Body));
    }

    [Theory]
    [InlineData("form", "return { body: { a: 'x y', b: 2 } }", "a=x%20y&b=2", "application/x-www-form-urlencoded")]
    [InlineData("text", "return { body: 'search index=a' }", "search index=a", "text/plain")]
    public async Task Body_has_the_format_of_the_request(string format, string code, string body, string type)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, $$"""
            request: { method: POST, path: /x, bodyFormat: {{format}}, kind: script, code: "function request(context) { {{code}} }" }
            id: id
            time: at
            """));
        Assert.Equal((body, type), (server.Requests[0].Body, server.Requests[0].Header("Content-Type")));
    }

    [Fact]
    public async Task A_secret_goes_into_a_header_and_what_is_made_of_it_into_no_message()
    {
        var made = Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret));
        await using var server = await ScriptedServer.StartAsync(seen => new(400, $"no {seen.Header("X-Key")}"));
        await using var pull = new Pull();
        pull.SetSecret("secret", Secret);
        var result = Pull.Tell(await pull.AskAsync(Define(server, """function request(context) { return { headers: { "X-Key": base64(context.values.key) } } }""")));
        Assert.Equal(made, server.Requests[0].Header("X-Key"));
        Assert.DoesNotContain(made, result, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("return { query: { a: context.values.key } }", "request: put a secret into a query parameter, which is logged; only a header may hold one")]
    [InlineData("return { body: { a: context.values.key } }", "request: gave back a secret; only a header may hold one")]
    [InlineData("return { headers: { a: context.values.key + '' } }", "a secret cannot be read")]
    [InlineData("return { headers: { Host: 'evil.example' } }", "request: gave back a header whose name is not allowed")]
    [InlineData("return { body: 'x' }", "request: gave back a 'body' that is no object or list")]
    [InlineData("return 7", "request: gave back what is no object with 'query', 'headers' and 'body'")]
    [InlineData("while (true) {}", "request, line 1: ran more than 100,000 statements")]
    [InlineData("return { query: { a: Date.now() } }", "request, line 1: TypeError")]
    [InlineData("return { query: { a: new Date().getTime() } }", "asked for the time, which scripts do not have")]
    [InlineData("return { query: { a: Math.random() } }", "request, line 1: TypeError")]
    [InlineData("return { query: { a: 'x'.repeat(1e9) } }", "repeat would make a text of more than 1,000,000 characters")]
    [InlineData("return { query: { a: request(context) } }", "a function calls itself more than 100 times deep")]
    public async Task A_script_that_fails_sends_nothing_and_says_where(string body, string failure)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, Page));
        await using var pull = new Pull();
        pull.SetSecret("secret", Secret);
        var result = Pull.Tell(await pull.AskAsync(Define(server, $"function request(context) {{ {body} }}")));
        Assert.StartsWith("Refused 0", result, StringComparison.Ordinal);
        Assert.Contains("the script of 'request' failed: request", result, StringComparison.Ordinal);
        Assert.Contains(failure, result, StringComparison.Ordinal);
        Assert.EndsWith("; correct 'request.code' of the row's definition", result, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("request: { kind: script, path: /x }", "request.code: is missing: JavaScript with a function request(context).")]
    [InlineData("request: { kind: script, path: /x, code: 'function other() {}' }", "request.code (line 5): has no function request; write: function request(...) { ... }.")]
    [InlineData("request: { path: /x, code: 'x' }", "request.code (line 5): is not known here")]
    [InlineData("request: { kind: script, path: /x, code: 'function request(c) {}', values: { a: '{nope}' } }", "request.values.a: uses the unknown placeholder '{nope}'")]
    [InlineData("request: { kind: script, path: /x, code: 'function request(c) {}', values: { a: '{item.id}' } }", "which has a value only in 'expand.request'")]
    [InlineData("request: { kind: code, path: /x }", "request.kind (line 5): is 'code'; allowed: plain, script.")]
    public void What_cannot_run_is_refused_where_it_is_written(string part, string problem) =>
        Assert.Contains(
            Pull.ProblemsOf(("definition", $"baseUrl: https://acme.example\nid: id\ntime: at\norder: ascending\n{part}")),
            found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public async Task The_request_for_an_item_is_scripted_too()
    {
        await using var server = await ScriptedServer.StartAsync(seen => new(200, seen.PathAndQuery == "/list" ? """[{"id":"7"},{"id":"8"}]""" : """[{"id":1,"at":"2026-01-01T00:00:00Z"}]"""));
        await using var pull = new Pull();
        await using var pages = new ExpandedPages(pull.Client, pull.Time);
        var source = Pull.DefineYaml(server.BaseUrl, """
            request: { path: /list }
            expand:
              request: { path: /detail, kind: script, values: { id: "{item.id}" }, code: "function request(c) { return { query: { half: c.values.id / 2 } } }" }
              concurrency: 1
            id: id
            time: at
            """);
        var page = Assert.IsType<PageResult.Page>(await pages.GetPageAsync(source, new PageQuery(Pull.From, pull.Time.GetUtcNow(), null), CancellationToken.None));
        page.Content.Dispose();
        Assert.Equal(["/list", "/detail?half=3.5", "/detail?half=4"], server.Requests.Select(request => request.PathAndQuery));
    }

    // The same context gives the same request, whatever a call before left behind.
    [Fact]
    public async Task The_same_context_gives_the_same_request()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, """{"data":[],"next":null}"""));
        await using var pull = new Pull();
        pull.SetSecret("secret", Secret);
        var source = Define(server, """
            let calls = 0
            function request(context) { return { query: { n: ++calls, keys: Object.keys(context).join(), sum: [3, 1, 2].sort().join("") } } }
            """);
        for (var time = 0; time < 5; time++)
        {
            Pull.Tell(await pull.AskAsync(source));
        }

        Assert.Equal("/x?z=1&gone=yes&n=1&keys=from%2Cto%2Cnow%2Ccursor%2Cposition%2CpageSize%2Cvalues&sum=123", Assert.Single(server.Requests.Select(request => request.PathAndQuery).Distinct()));
    }

    private static AuditFunctions.Sources.Definition.SourceDefinition Define(ScriptedServer server, string code) => Pull.DefineYaml(
        server.BaseUrl,
        $$"""
        parameters: { secret: { description: Key., secret: true } }
        request:
          method: POST
          path: /x
          query: { z: "1", gone: yes }
          body: { since: "{from}" }
          kind: script
          values: { workspace: north, key: "{secret}" }
          code: |
            {{code.Replace("\n", "\n    ", StringComparison.Ordinal)}}
        paging: { kind: cursor, path: next }
        events: { path: data }
        limits: { pageSize: 2 }
        id: id
        time: at
        """,
        ("secret", "secret:secret"));
}
