using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Scripts in a definition, against a server: they find the next page and sign requests, and a failure is the source's.</summary>
public sealed class ScriptInTemplateTests
{
    private const string Secret = "s3cret-of-the-vendor";
    private static readonly string[] Pages =
    [
        """{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"},{"id":2,"at":"2026-01-01T00:00:00Z"}],"meta":{"segments":["a","b"],"position":12345678901234567890}}""",
        """{"data":[{"id":3,"at":"2026-01-01T00:00:00Z"}],"meta":{"segments":["c"]}}""",
        """{"data":[],"meta":{}}""",
    ];

    [Fact]
    public async Task The_next_page_is_what_the_script_says()
    {
        await using var server = await ScriptedServer.StartAsync(seen => new(200, Pages[seen.PathAndQuery switch { "/x" => 0, "/x?at=A.B-2" => 1, _ => 2 }]));
        await using var pull = new Pull();
        var (ids, _) = await pull.DrainAsync(Pull.DefineYaml(server.BaseUrl, Paging("""
            let calls = 0
            function next(page) {
              if (calls++ > 0) throw new Error("called before")
              const { segments } = page.body.meta
              return segments ? `${segments.join(".").toUpperCase()}-${page.last.id}` : null
            }
            """)));
        Assert.Equal(["1", "2", "3"], ids);
        Assert.Equal(["/x", "/x?at=A.B-2", "/x?at=C-3"], server.Requests.Select(request => request.PathAndQuery));
    }

    [Fact]
    public async Task The_script_sees_headers_counts_and_the_cursor()
    {
        await using var server = await ScriptedServer.StartAsync(seen => new(200, seen.PathAndQuery.Contains("at=", StringComparison.Ordinal) ? Pages[2] : Pages[0], ("X-More", "yes")));
        await using var pull = new Pull();
        await pull.DrainAsync(Pull.DefineYaml(server.BaseUrl, Paging("""
            function next(page) {
              return page.cursor ? null : [page.headers["x-more"], page.count, page.pageSize, page.cursor, page.url.endsWith("/x")].join()
            }
            """)));
        Assert.Equal("/x?at=yes%2C2%2C2%2C%2Ctrue", server.Requests[^1].PathAndQuery);
    }

    [Theory]
    [InlineData("while (true) {}", "next, line 1: ran more than 100,000 statements")]
    [InlineData("return page.body.nope.x", "next, line 1: TypeError: Cannot read properties of undefined (reading 'x')")]
    [InlineData("return {}", "next: gave back what is no text, number or nothing")]
    [InlineData("return hmac('sha256', 'a', 'b').hex", "next, line 1: ReferenceError: hmac is not defined")]
    public async Task A_script_that_fails_stops_the_source_and_says_where(string body, string failure)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, Pages[0]));
        await using var pull = new Pull();
        var result = Pull.Tell(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, Paging($"function next(page) {{ {body} }}"))));
        Assert.StartsWith("Refused 0", result, StringComparison.Ordinal);
        Assert.Contains($"the script of 'paging' failed: {failure}; correct 'paging.code'", result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_signed_by_the_script()
    {
        await using var server = await ScriptedServer.StartAsync(seen =>
        {
            var text = $"{seen.Method}\n{seen.PathAndQuery.Split("&sig")[0]}\n{seen.Body}\n{seen.Header("X-Date")}\n{seen.Header("X-Nonce")}";
            var expected = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text)));
            var isGood = seen.Header("X-Signature") == expected
                && seen.Header("Authorization") == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"north:{Secret}"))
                && seen.PathAndQuery.EndsWith("&sig=" + Convert.ToHexStringLower(SHA256.HashData("north"u8)), StringComparison.Ordinal);
            return new(isGood ? 200 : 401, """[{"id":1,"at":"2026-01-31T09:00:00Z"}]""");
        });
        Assert.Equal("Page of 1", await AskAsync(server, """
            function sign(request) {
              const { user, key } = request.values
              const date = new Date(request.now).toISOString()
              const text = [request.method, request.path + "?" + request.query, request.body, date, request.nonce].join("\n")
              return {
                headers: {
                  "X-Date": date,
                  "X-Nonce": request.nonce,
                  "X-Signature": hmac("sha256", key, text).base64,
                  Authorization: join("Basic ", base64(join(user, ":", key))),
                },
                query: { sig: hash("sha256", user).hex },
              }
            }
            """));
    }

    [Theory]
    [InlineData("return { headers: { a: `${request.values.key}` } }", "a secret cannot be read")]
    [InlineData("return { headers: { a: '' + request.values.key } }", "a secret cannot be read")]
    [InlineData("return { headers: { a: request.values.key.length } }", "a secret cannot be read")]
    [InlineData("return { headers: { a: JSON.stringify(request.values) } }", "a secret cannot be read")]
    [InlineData("return { headers: { a: String(base64(request.values.key)) } }", "a secret cannot be read")]
    [InlineData("return { headers: { a: join(request.values.key, 'x').toString() } }", "a secret cannot be read")]
    [InlineData("return { headers: { a: fromBase64(base64(request.values.key)).hex } }", "a secret cannot be read")]
    [InlineData("return { headers: { a: request.headers['x-given'].length } }", "a secret cannot be read")] // where the template wrote it
    [InlineData("throw request.values.key", "a secret cannot be read")]
    [InlineData("throw new Error(request.values.key)", "a secret cannot be read")]
    [InlineData("return { query: { a: request.values.key } }", "sign: put a secret into a query parameter, which is logged; only a header may hold one")]
    [InlineData("return { query: { a: base64(request.values.key) } }", "sign: put a secret into a query parameter, which is logged; only a header may hold one")]
    [InlineData("return { headers: { a: hmac('sha256', request.values.key, 'x') } }", "sign: put bytes into a header; write them as .hex, .base64 or .base64url")]
    [InlineData("return { headers: { Host: 'evil.example' } }", "sign: gave back a header whose name is not allowed")]
    [InlineData("return { headers: { 'a b': 'x' } }", "sign: gave back a header whose name is not allowed")]
    [InlineData("return 'x'", "sign: gave back what is no object with 'headers' and 'query'")]
    [InlineData("hmac('sha3', request.values.key, 'x')", "hmac: no such algorithm; allowed: md5, sha1, sha256, sha384, sha512")]
    [InlineData("signature('RS256', request.values.key, 'x')", "signature: the key is not a private key in PEM (unencrypted) that RS256 can sign with")]
    [InlineData("hmac = () => 1", "TypeError")]
    public async Task A_script_cannot_read_a_secret_nor_send_it_where_it_is_logged(string body, string failure)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        var result = await AskAsync(server, $"function sign(request) {{ {body} }}");
        Assert.StartsWith("Refused 0", result, StringComparison.Ordinal);
        Assert.Contains("the script of 'auth' failed: sign", result, StringComparison.Ordinal);
        Assert.Contains(failure, result, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task A_private_key_signs(string algorithm)
    {
        using var key = RSA.Create(2048);
        await using var server = await ScriptedServer.StartAsync(seen => new(
            key.VerifyData(Encoding.UTF8.GetBytes(seen.PathAndQuery), Convert.FromBase64String(seen.Header("X-Signature")!), HashAlgorithmName.SHA256, algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1) ? 200 : 401,
            """[{"id":1,"at":"2026-01-31T09:00:00Z"}]"""));
        var script = $$"""function sign(request) { return { headers: { "X-Signature": signature("{{algorithm}}", request.values.key, request.path + "?" + request.query).base64 } } }""";
        Assert.Equal("Page of 1", await AskAsync(server, script, key.ExportPkcs8PrivateKeyPem()));
    }

    [Theory]
    [InlineData("paging: { kind: script, code: 'function next(page) { return }}' }", "paging.code (line 5): line 1 of the script: Unexpected token '}'.")]
    [InlineData("events: { format: script, path: a, code: 'function page(body) {}' }", "events.path (line 5): is not known here")]
    [InlineData("paging: { kind: script }", "paging.code: is missing: JavaScript with a function next(page).")]
    [InlineData("auth: { scheme: script, code: 'const x = 1' }", "auth.code (line 5): has no function sign; write: function sign(...) { ... }.")]
    [InlineData("auth: { scheme: script, code: 'function sign(r) {}', values: { a: '{nope}' } }", "{nope}")]
    public void What_cannot_run_is_refused_where_it_is_written(string part, string problem)
    {
        var definition = $"baseUrl: https://acme.example\nrequest: {{ path: /x, query: {{ at: \"{{cursor}}\" }} }}\nid: id\ntime: at\n{part}";
        Assert.Contains(Pull.ProblemsOf(("definition", definition)), found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_script_makes_events_of_an_answer_of_an_odd_shape()
    {
        const string Answer = """{"users":{"anna":[[1,"2026-01-01T00:00:00Z",{"n": 12345678901234567890}]],"ben":[[2,"2026-01-01T00:00:00Z",{}]]},"done":true}""";
        await using var server = await ScriptedServer.StartAsync(_ => new(200, Answer));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, Shape("""
            function page(body) {
              return Object.entries(body.users).flatMap(([user, rows]) => rows.map(([id, at, detail]) => ({ id, at, user, detail })))
            }
            """));
        var page = Assert.IsType<AuditFunctions.Sources.PageResult.Page>(await pull.AskAsync(source));
        Assert.Equal(
            ["""{"id":1,"at":"2026-01-01T00:00:00Z","user":"anna","detail":{"n": 12345678901234567890}}""", """{"id":2,"at":"2026-01-01T00:00:00Z","user":"ben","detail":{}}"""],
            Pull.Events(page));
        Assert.True(page.End.IsLast);
    }

    [Fact]
    public async Task What_is_no_json_is_a_text_to_the_script()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "1|2026-01-01T00:00:00Z|in\n2|2026-01-01T00:00:01Z|out \"x\"\n"));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, Shape("""
            CODE
            """.Replace("CODE", "function page(body) { return body.trim().split('\\n').map(line => line.split('|')).map(([id, at, what]) => ({ id: Number(id), at, what })) }", StringComparison.Ordinal)));
        var page = Assert.IsType<AuditFunctions.Sources.PageResult.Page>(await pull.AskAsync(source));
        Assert.Equal(["""{"id":1,"at":"2026-01-01T00:00:00Z","what":"in"}""", """{"id":2,"at":"2026-01-01T00:00:01Z","what":"out \"x\""}"""], Pull.Events(page));
    }

    [Theory]
    [InlineData("while (true) {}", "page, line 1: ran more than 1,000,000 statements")]
    [InlineData("return body.map(x => x)", "page, line 1: TypeError")]
    [InlineData("return 'x'", "page: gave back what is no list of events")]
    [InlineData("return [1]", "page: gave back a list that holds what is no object")]
    [InlineData("const o = {}; o.o = o; return [o]", "page: gave back a value that holds itself, or is nested more than 200 levels deep")]
    public async Task An_answer_that_the_script_fails_on_is_no_page(string body, string failure)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, """{"a":1}"""));
        await using var pull = new Pull();
        var result = Pull.Tell(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, Shape($"function page(body) {{ {body} }}"))));
        Assert.StartsWith("Failed 200", result, StringComparison.Ordinal);
        Assert.Contains($"the script of 'events' failed: {failure}", result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_no_list_of_events()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, """{"error":"no"}"""));
        await using var pull = new Pull();
        var result = Pull.Tell(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, Shape("function page(body) { return body.rows }"))));
        Assert.Contains("the answer holds no events", result, StringComparison.Ordinal);
    }

    [Fact]
    public void Braces_of_a_script_are_no_placeholders_in_a_row_with_parameters()
    {
        const string Definition = """
            baseUrl: https://acme.example
            parameters: { workspace: { description: Name. } }
            request: { path: "/{workspace}" }
            id: id
            time: at
            processors:
              - action: script
                code: |
                  function process(event) { const workspace = 1; return { ...event, n: `${workspace}`, m: { workspace } } }
            """;
        Assert.Equal([], Pull.ProblemsOf(("definition", Definition), ("workspace", "north")));
    }

    private static string Shape(string code) =>
        $$"""
        request: { path: /x }
        paging: { kind: none, stop: [ { path: done, is: "true" } ] }
        events:
          format: script
          code: |
            {{code.Replace("\n", "\n    ", StringComparison.Ordinal)}}
        id: id
        time: at
        """;

    private static string Paging(string code) =>
        $$"""
        request: { path: /x, query: { at: "{cursor}" } }
        paging:
          kind: script
          code: |
            {{code.Replace("\n", "\n    ", StringComparison.Ordinal)}}
        events: { path: data }
        limits: { pageSize: 2 }
        id: id
        time: at
        """;

    private static async Task<string> AskAsync(ScriptedServer server, string code, string secret = Secret)
    {
        await using var pull = new Pull(new("2026-01-31T10:00:00Z"));
        pull.SetSecret("secret", secret);
        var source = Pull.DefineYaml(
            server.BaseUrl,
            $$"""
            parameters: { secret: { description: Key., secret: true } }
            auth:
              scheme: script
              values: { user: north, key: "{secret}" }
              code: |
                {{code.Replace("\n", "\n    ", StringComparison.Ordinal)}}
            request: { method: POST, path: "/a b", query: { z: "1 +~*" }, body: { since: "{from}" }, headers: { X-Given: "{secret}" } }
            id: id
            time: at
            """,
            ("secret", "secret:secret"));
        return Pull.Tell(await pull.AskAsync(source));
    }
}
