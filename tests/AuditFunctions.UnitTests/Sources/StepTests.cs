using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Expansion;
using AuditFunctions.Tests.Docs;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>Requests that are made before the pages.</summary>
public sealed class StepTests
{
    private const string Whoami = """
        baseUrl: https://api.example.com
        auth: { scheme: bearer, token: "{token}" }
        parameters: { token: { description: Token., secret: true } }
        steps:
          whoami:
            request: { path: /whoami }
            capture: { tenant: id, region: { header: X-Region } }
            life: 1h
            againAfter: [409]
        request: { path: "/events/{step.tenant}", query: { region: "{step.region}" } }
        id: id
        time: at
        """;

    [Fact]
    public async Task Step_is_made_once_in_its_life_and_its_values_stand_in_the_requests()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/whoami"
            ? new(200, """{"id":"t 1"}""", ("X-Region", "eu"))
            : new(200, "[]"));
        await using var pull = new Pull();
        var source = Define(vendor, Whoami);
        await pull.AskAsync(source);
        await pull.AskAsync(source);
        Assert.Equal(["/whoami", "/events/t%201?region=eu", "/events/t%201?region=eu"], vendor.Requests.Select(request => request.PathAndQuery));
        Assert.All(vendor.Requests, request => Assert.Equal("Bearer sandbox-token", request.Header("Authorization")));

        pull.Time.Advance(TimeSpan.FromHours(1));
        await pull.AskAsync(source);
        Assert.Equal(2, vendor.Requests.Count(request => request.PathAndQuery == "/whoami"));
    }

    [Theory]
    [InlineData(401, 2)]
    [InlineData(403, 2)]
    [InlineData(409, 2)]      // declared
    [InlineData(400, 1)]
    [InlineData(500, 1)]
    public async Task Step_is_made_again_when_a_page_is_refused_in_a_way_that_may_be_its_fault(int status, int expected)
    {
        var tenant = 0;
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/whoami"
            ? new(200, $$"""{"id":{{++tenant}}}""", ("X-Region", "eu"))
            : new(request.PathAndQuery.StartsWith("/events/2", StringComparison.Ordinal) ? 200 : status, "[]"));
        await using var pull = new Pull();
        var result = await pull.AskAsync(Define(vendor, Whoami));

        Assert.Equal(expected, tenant);
        Assert.Equal(expected == 2, result is PageResult.Page);
        (result as PageResult.Page)?.Content.Dispose();
    }

    [Theory]
    [InlineData("""{"host":"https://api-eu.example.com"}""", null)]
    [InlineData("""{"host":"evil.com"}""", "names an address at 'host' that is at none of the hosts *.example.com, ")]
    [InlineData("""{"host":"https://example.com.evil.com"}""", "names an address at 'host'")]
    [InlineData("""{"host":"https://u:p@a.example.com"}""", "names an address at 'host'")]
    [InlineData("""{"host":"http://a.example.com"}""", "names an address at 'host'")]
    [InlineData("""{"host":"https://a.example.com/?x="}""", "names an address at 'host'")]
    [InlineData("""{"host":null}""", "holds nothing at 'host'")]
    [InlineData("""{"host":["a"]}""", "holds nothing at 'host'")]
    [InlineData("<html>", "holds nothing at 'host'")]
    public async Task Address_that_a_step_captures_must_be_at_a_declared_host(string answer, string? wrong)
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/whoami" ? new(200, answer) : new(200, "[]"));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(null!, $$"""
            baseUrl: "{step.host}"
            steps: { whoami: { baseUrl: "{{vendor.BaseUrl}}", request: { path: /whoami }, capture: { host: { path: host, hosts: ["*.example.com", "{{new Uri(vendor.BaseUrl).Authority}}"] } } } }
            request: { path: /events }
            time: at
            """);
        var told = Pull.Tell(await pull.AskAsync(source));

        Assert.Contains(wrong ?? "no answer: the name api-eu.example.com", told, StringComparison.Ordinal);
        Assert.Single(vendor.Requests);
    }

    [Fact]
    public async Task Pages_are_asked_for_at_the_captured_address()
    {
        var self = "";
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/whoami" ? new(200, $$"""{"host":"{{self}}/v2/"}""") : new(200, "[]"));
        self = vendor.BaseUrl;
        await using var pull = new Pull();
        var source = Pull.DefineYaml(null!, $$"""
            baseUrl: "{step.host}/logs"
            steps: { whoami: { baseUrl: "{{self}}", request: { path: /whoami }, capture: { host: { path: host, hosts: ["{{new Uri(self).Authority}}"] } } } }
            request: { path: /events }
            time: at
            """);

        Assert.Equal("Page of 0", Pull.Tell(await pull.AskAsync(source)));
        Assert.Equal(["/whoami", "/v2/logs/events"], vendor.Requests.Select(request => request.PathAndQuery));
    }

    [Fact]
    public async Task Step_that_uses_a_partition_is_made_for_each_of_its_values_and_may_answer_an_error_that_is_as_good()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.Method == "GET" ? new(200, "[]")
            : request.PathAndQuery.EndsWith("=b", StringComparison.Ordinal) ? new(200, "{}")
            : request.PathAndQuery.EndsWith("=c", StringComparison.Ordinal) ? new(400, """{"error":{"code":"OTHER"}}""")
            : new(400, """{"error":{"code":"AF20024"}}"""));
        await using var pull = new Pull();
        var source = Define(vendor, string.Join('\n', DocsPage.Read("docs/templates.md").Section("`steps`").CodeBlocks("yaml").Last()) + """

            partitions: { content: { values: [a, b, c] } }
            request: { path: /content, query: { type: "{partition.content}" } }
            time: at
            """);
        var told = new List<string>();
        foreach (var content in (string[])["a", "a", "b", "c"])
        {
            var query = new PageQuery(Pull.From, Pull.From.AddDays(1), null) { Partition = source.Partitions!.ValuesOf(content)! };
            told.Add(Pull.Tell(await pull.Client.GetPageAsync(source, query, CancellationToken.None)));
        }

        Assert.Equal(["Page of 0", "Page of 0", "Page of 0"], told[..3]);
        Assert.StartsWith("Refused 401: step 'subscribe', POST /subscriptions/start, answered 400. Check what the credential may do", told[3], StringComparison.Ordinal);
        Assert.Equal(
            ["POST /subscriptions/start?type=a", "GET /content?type=a", "GET /content?type=a", "POST /subscriptions/start?type=b", "GET /content?type=b", "POST /subscriptions/start?type=c", "POST /subscriptions/start?type=c"],
            vendor.Requests.Select(request => $"{request.Method} {request.PathAndQuery}"));
    }

    [Fact]
    public async Task Example_of_the_documentation_runs()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/whoami/v1"
            ? new(200, """{"id":"t1","apiHosts":{"dataRegion":"https://api-eu.example.com"}}""")
            : new(200, "[]"));
        await using var pull = new Pull();
        var source = Define(vendor, string.Join('\n', DocsPage.Read("docs/templates.md").Section("`steps`").CodeBlocks("yaml").First()));

        Assert.Equal("Page of 0", Pull.Tell(await pull.AskAsync(source)));
        Assert.Equal("t1", vendor.Requests[1].Header("X-Tenant-ID"));
    }

    [Fact]
    public async Task Secret_that_a_step_captures_stands_in_no_message()
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/session"
            ? new(200, """{"key":"k-123456"}""")
            : new(200, """[{"id":1,"at":"2026-01-01T00:00:00Z"}]""", ("Link", $"<{request.PathAndQuery}&page=2>; rel=\"next\"")));
        await using var pull = new Pull();
        var source = Define(vendor, """
            steps: { session: { request: { path: /session }, capture: { key: { path: key, secret: true } } } }
            request: { path: /events, query: { key: "{step.key}" } }
            paging: { kind: link-header }
            id: id
            time: at
            """);
        var told = Pull.Tell(await pull.AskAsync(source));

        Assert.StartsWith("Refused 0: the vendor repeats a secret in the cursor", told, StringComparison.Ordinal);
        Assert.DoesNotContain("k-123456", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "Failed 500: step 'whoami', GET /whoami, answered 500")]
    [InlineData(404, "Refused 404: step 'whoami', GET /whoami, answered 404. Check what the credential may do, and 'steps' in the definition.")]
    [InlineData(429, "Throttled 429, 7 s")]
    public async Task Step_that_fails_is_the_failure_of_the_page_and_no_item_is_gone_for_it(int status, string expected)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(status, "", ("Retry-After", "7")));
        await using var pull = new Pull();
        await using var answers = new ExpandedPages(pull.Client, pull.Time);
        var source = Define(vendor, Whoami + "\nexpand: { request: { path: '/{item.id}' } }");
        var result = await answers.GetPageAsync(source, new PageQuery(Pull.From, Pull.From.AddDays(1), null), CancellationToken.None);

        Assert.StartsWith(expected, Pull.Tell(result), StringComparison.Ordinal);
        Assert.False((result as PageResult.Refused)?.IsGone ?? false);
    }

    [Theory]
    [InlineData(403, """{"code":"Slow","seconds":"45"}""", "Throttled 403, 45 s")]
    [InlineData(400, """{"code":"Slow"}""", "Throttled 400, ? s")]
    [InlineData(400, """{"message":"Too many requests, try later"}""", "Throttled 400, ? s")]        // no rule, but its words
    [InlineData(400, "", "Refused 401: step 'subscribe', POST /start, answered 400")]
    [InlineData(500, """{"code":"Disabled"}""", "Refused 500: step 'subscribe', POST /start, answered 500")]
    [InlineData(200, """{"ok":false}""", "Failed 200: step 'subscribe', POST /start, answered 200")]
    [InlineData(404, "", "Failed 404: step 'subscribe', POST /start, answered 404")]
    [InlineData(400, """{"code":"Already"}""", "page")]
    [InlineData(200, """{"ok":true}""", "page")]
    [InlineData(200, """{"ok":false,"code":"Fine"}""", "page")]
    public async Task Rules_say_what_an_answer_to_a_step_means(int status, string answer, string expected)
    {
        await using var vendor = await ScriptedServer.StartAsync(request => request.PathAndQuery == "/start" ? new(status, answer) : new(200, "[]"));
        await using var pull = new Pull();
        var source = Define(vendor, """
            steps:
              subscribe:
                request: { method: POST, path: /start }
                accept: [{ status: 400, path: code, is: Already }]
                errors:
                  - { status: 403, path: code, is: Slow, action: throttle, wait: seconds }
                  - { status: 400, path: code, is: Slow, action: throttle }
                  - { status: 500, path: code, is: Disabled, action: refuse }
                  - { status: 404 }
                  - { path: code, is: Fine, action: ignore }
                  - { path: ok, is: "false" }
            request: { path: /events }
            id: id
            time: at
            """);
        var result = await pull.AskAsync(source);

        Assert.StartsWith(expected, result is PageResult.Page ? "page" : Pull.Tell(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_that_rests_is_asked_again_after_six_hours()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(402, ""));
        await using var pull = new Pull();
        var source = Define(vendor, "steps: { a: { request: { path: /a }, errors: [{ status: 402, action: rest }] } }\nrequest: { path: /events }\nid: id\ntime: at");

        Assert.Equal(TimeSpan.FromHours(6), Assert.IsType<PageResult.Refused>(await pull.AskAsync(source)).RestFor);
    }

    [Theory]
    [InlineData("steps: {}", "steps (line 3): has 0 steps; allowed: 1 to 5.")]
    [InlineData("steps: { a: { capture: { x: y } } }", "steps.a.request: is missing")]
    [InlineData("steps: { a: { request: { path: /a }, capure: {} } }", "steps.a.capure (line 3): is not known here; allowed: accept, againAfter, authenticate, baseUrl, capture, errors, life, request. Did you mean 'capture'?")]
    [InlineData("steps: { a: { request: { path: /a }, errors: [{ status: 400, action: empty }] } }", "steps.a.errors.action (line 3): is 'empty'; allowed: retry, throttle, refuse, rest, ignore.")]
    [InlineData("steps: { a: { request: { path: /a }, capture: { tenant: y } }, b: { request: { path: '/{step.tennant}' } } }", "steps (line 3): 'b' uses '{step.tennant}', which no step before it captures. Did you mean 'tenant'?")]
    [InlineData("steps: { a: { request: { path: '/{cursor}' } } }", "steps.a.request (line 3): uses '{cursor}', which is of a page")]
    [InlineData("steps: { a: { request: { path: '/{step.x}' }, capture: { x: y } } }", "steps (line 3): 'a' uses '{step.x}', which no step before it captures.")]
    [InlineData("steps: { a: { request: { path: /a }, capture: { x: y } }, b: { request: { path: /b }, capture: { x: y } } }", "steps (line 3): captures 'x' twice.")]
    [InlineData("steps: { a: { request: { path: /a }, capture: { x: { path: y, header: z } } } }", "steps.a.capture.x.path (line 3): must say where the value stands")]
    [InlineData("steps: { a: { request: { path: /a }, capture: { x: { path: y, hosts: ['*'] } } } }", "steps.a.capture.x.hosts (line 3): '*' is no host")]
    [InlineData("steps: { a: { request: { path: /a }, capture: { x: y }, accept: [{ status: 400 }] } }", "steps.a.accept (line 3): is for a step that captures nothing")]
    [InlineData("steps: { a: { request: { path: /a }, againAfter: 200 } }", "steps.a.againAfter (line 3): is '200'; allowed: statuses of errors")]
    [InlineData("steps: { a: { request: { path: /a }, life: 8d } }", "steps.a.life (line 3): is '8d'")]
    [InlineData("steps: { a: { request: { path: '/{partition.p}' } } }", "steps: 'a' uses '{partition.p}', which is no level of 'partitions'.")]
    [InlineData("request: { path: '/{step.x}' }", "steps: capture no 'x', but a request uses '{step.x}'; captured: nothing.")]
    public void What_cannot_run_is_refused(string part, string expected) =>
        Assert.Contains(Pull.ProblemsOf([("definition", $"baseUrl: https://a.example\ntime: at\n{part}")]), problem => problem.StartsWith(expected, StringComparison.Ordinal));

    [Fact]
    public void Address_without_declared_hosts_is_refused() =>
        Assert.Contains(
            Pull.ProblemsOf([("definition", "baseUrl: '{step.x}'\ntime: at\nsteps: { a: { baseUrl: 'https://a.example', request: { path: /a }, capture: { x: y } } }")]),
            problem => problem.Contains("say with 'hosts' where it may lead", StringComparison.Ordinal));

    private static SourceDefinition Define(ScriptedServer vendor, string yaml) =>
        Pull.DefineYaml(vendor.BaseUrl, yaml, yaml.Contains("{token}", StringComparison.Ordinal) ? [("token", "secret:token")] : []);
}
