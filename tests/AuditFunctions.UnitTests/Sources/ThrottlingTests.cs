using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

public sealed class ThrottlingTests
{
    private const string Okta = "okta-system-log";
    private const string GitHub = "github-organization-audit";
    private const string Salesforce = "salesforce-setup-audit-trail";

    [Theory]
    [InlineData(429, "", "Throttled 429, ? s")]                                                // no word about how long
    [InlineData(429, "Retry-After: 30", "Throttled 429, 30 s")]
    [InlineData(429, "Retry-After: Thu, 01 Jan 2026 00:00:45 GMT", "Throttled 429, 45 s")]
    [InlineData(429, "Retry-After: Wed, 31 Dec 2025 23:59:00 GMT", "Throttled 429, 0 s")]      // already past
    [InlineData(429, "Retry-After: 999999", "Throttled 429, 3600 s")]                          // never longer than an hour at once
    [InlineData(429, "Retry-After: soon", "Throttled 429, 60 s")]                        // what cannot be read is a minute, never nothing
    [InlineData(429, "X-Rate-Limit-Reset: 1767225620", "Throttled 429, 20 s")]                 // unix seconds
    [InlineData(429, "X-Rate-Limit-Reset: 20", "Throttled 429, 20 s")]                   // no instant: seconds
    [InlineData(429, "X-Rate-Limit-Reset: x", "Throttled 429, 60 s")]
    [InlineData(429, "Retry-After: 5|X-Rate-Limit-Reset: 1767225620", "Throttled 429, 5 s")]   // the standard's word counts first
    [InlineData(429, "Retry-After: 299.997", "Throttled 429, 299.997 s")]
    [InlineData(429, "Retry-After: +299", "Throttled 429, 299 s")]
    [InlineData(429, "Retry-After:   299  ", "Throttled 429, 299 s")]
    [InlineData(429, "Retry-After: 1767225645", "Throttled 429, 45 s")]                        // an instant in seconds
    [InlineData(429, "Retry-After: Mon, 1 Jan 2026 00:00:45 GMT", "Throttled 429, 45 s")]      // a Thursday
    [InlineData(429, "Retry-After: Thu, 1 Jan 2026 0:00:45 UTC", "Throttled 429, 45 s")]
    [InlineData(429, "Retry-After: 01 Jan 2026 00:00:45", "Throttled 429, 45 s")]
    [InlineData(429, "Retry-After: Thursday, 01-Jan-26 00:00:45 GMT", "Throttled 429, 45 s")]  // RFC 850
    [InlineData(429, "Retry-After: Thu Jan  1 00:00:45 2026", "Throttled 429, 45 s")]          // asctime
    [InlineData(429, "Retry-After: thu, 01 jan 2026 00:00:45 gmt", "Throttled 429, 45 s")]
    [InlineData(429, "Retry-After: Thu, 01 Jan 2026 01:00:45 +0100", "Throttled 429, 45 s")]
    [InlineData(429, "Retry-After: 2026-01-01T00:00:45Z", "Throttled 429, 45 s")]
    [InlineData(429, "Retry-After: -3", "Throttled 429, 60 s")]
    [InlineData(429, "Retry-After: 5|Retry-After: 9", "Throttled 429, 9 s")]
    [InlineData(429, "X-Rate-Limit-Reset:  +1767225620.5 ", "Throttled 429, 20.5 s")]
    [InlineData(429, "Retry-After: 10, 30", "Throttled 429, 30 s")]                            // of two gateways, folded into one
    [InlineData(429, "Retry-After: 10, soon", "Throttled 429, 60 s")]
    [InlineData(429, "Retry-After: 10/60", "Throttled 429, 60 s")]                             // no month of 1960
    [InlineData(429, "Retry-After: 3 5", "Throttled 429, 60 s")]
    [InlineData(429, "Retry-After: 10:30", "Throttled 429, 60 s")]
    [InlineData(429, "Date: Wed, 31 Dec 2025 23:50:00 GMT|Retry-After: Wed, 31 Dec 2025 23:50:45 GMT", "Throttled 429, 45 s")]  // a clock behind ours
    [InlineData(429, "Date: Tue, 30 Dec 2025 00:00:00 GMT|Retry-After: Thu, 01 Jan 2026 00:00:45 GMT", "Throttled 429, 45 s")]  // a clock that is none
    [InlineData(503, "Retry-After: soon", "Throttled 503, 60 s")]
    [InlineData(403, "Retry-After: 6.5", "Throttled 403, 6.5 s")]
    [InlineData(503, "Retry-After: 7", "Throttled 503, 7 s")]
    [InlineData(403, "Retry-After: 7", "Throttled 403, 7 s")]
    public async Task A_throttled_source_waits_as_long_as_the_vendor_asked(int status, string headers, string expected) =>
        Assert.Equal(expected, await AskAsync(Okta, status, headers));

    [Theory]
    [InlineData(403, "X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1767225660", "Throttled 403, 60 s")]
    [InlineData(429, "X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1767225660", "Throttled 429, 60 s")]
    [InlineData(403, "X-RateLimit-Remaining: 12|X-RateLimit-Reset: 1767225660", "Refused 403: GET /orgs/acme/audit-log answered 403. Check that 'secret:token' is current and may read audit logs; the checkpoint is unchanged.")]
    public async Task A_403_of_GitHub_is_a_throttle_only_when_nothing_remains(int status, string headers, string expected) =>
        Assert.Equal(expected, await AskAsync(GitHub, status, headers, ("org", "acme")));

    [Theory]
    [InlineData("X-RateLimit-Remaining: 4999|X-RateLimit-Reset: 1767228000", "Throttled 403, 60 s")]  // the reset is that of the other limit
    [InlineData("", "Throttled 403, ? s")]
    public async Task A_403_of_GitHubs_secondary_limit_is_told_by_its_body_only(string headers, string expected) => Assert.Equal(
        expected,
        await AskAsync(GitHub, 403, headers, """{"message":"You have exceeded a Secondary Rate Limit. Please wait a few minutes."}""", ("org", "acme")));

    [Theory]
    [InlineData(400, """{"error":{"code":"TooManyRequests","message":"x"}}""", "Throttled 400, ? s")]
    [InlineData(403, """{"message":"API rate limit exceeded for user"}""", "Throttled 403, ? s")]
    [InlineData(403, """{"error":{"errors":[{"reason":"quotaExceeded"}],"code":403}}""", "Throttled 403, ? s")]
    [InlineData(400, """[{"errorCode":"REQUEST_LIMIT_EXCEEDED"}]""", "Throttled 400, ? s")]
    [InlineData(422, """{"errors":["Too many concurrent requests"]}""", "Throttled 422, ? s")]
    [InlineData(403, "Rate limit exceeded", "Throttled 403, ? s")]
    [InlineData(403, "<Error><Code>Throttling.User</Code></Error>", "Throttled 403, ? s")]
    [InlineData(500, """{"status":"RESOURCE_EXHAUSTED"}""", "Throttled 500, ? s")]
    [InlineData(400, """{"message":"invalid start; see https://docs.example.com/rate-limits"}""", "Refused 400")]   // a link says nothing
    [InlineData(400, """{"message":"limit must be at most 100"}""", "Refused 400")]
    [InlineData(403, "<html><body>The rate limit of this site</body></html>", "Refused 403")]
    [InlineData(401, """{"message":"rate limit"}""", "Refused 401")]
    [InlineData(404, """{"message":"no rate limit found"}""", "Refused 404")]
    public async Task A_throttle_of_whatever_status_is_told_by_its_words(int status, string answer, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(status, answer));
        await using var pull = new Pull(new("2026-01-01T00:00:00Z"));
        Assert.StartsWith(expected, Pull.Tell(await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, "{ request: { path: /e }, time: at }"))), StringComparison.Ordinal);

        // A login that says so is no wrong password.
        var login = Pull.DefineYaml(server.BaseUrl, "{ auth: { scheme: login, request: { path: /login }, token: t }, request: { path: /e }, time: at }");
        Assert.Equal(expected.StartsWith("Throttled", StringComparison.Ordinal), await pull.AskAsync(login) is PageResult.Throttled);
        var token = Pull.DefineYaml(server.BaseUrl, "{ auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: s }, request: { path: /e }, time: at }");
        Assert.Equal(expected.StartsWith("Throttled", StringComparison.Ordinal), await pull.AskAsync(token) is PageResult.Throttled);
    }

    [Theory]
    [InlineData("""{"message":"Too many requests","code":1015}""", "Throttled 200, ? s")]
    [InlineData("""{"data":[],"message":"Rate limit exceeded"}""", "Throttled 200, ? s")]
    [InlineData("""{"data":null,"errors":[{"extensions":{"code":"RATE_LIMIT_EXCEEDED"}}]}""", "Throttled 200, ? s")]
    [InlineData("""{"ok":false,"error":"ratelimited"}""", "Throttled 200, ? s")]
    [InlineData("""{"data":[],"success":false}""", "Failed 200: the answer holds no events, and says at 'success': false")]
    [InlineData("""{"data":[],"ok":"False"}""", "Failed 200: the answer holds no events, and says at 'ok': False")]
    [InlineData("""{"status":"error","messages":"Unauthorized."}""", "Failed 200: the answer holds no events, and says at 'status': error")]
    [InlineData("""{"data":[],"stat":"FAIL"}""", "Failed 200: the answer holds no events, and says at 'stat': FAIL")]
    [InlineData("""{"data":[],"result":"failure"}""", "Failed 200: the answer holds no events, and says at 'result': failure")]
    [InlineData("""{"data":[],"success":true,"status":"ok"}""", "page of 0")]
    [InlineData("""{"data":[],"job":{"success":false,"status":"failed"}}""", "page of 0")]              // not the answer's own
    [InlineData("""{"data":[],"rateLimit":{"name":"rate limit","remaining":3}}""", "page of 0")]
    [InlineData("""{"data":[],"query":"message contains rate limit"}""", "page of 0")]
    [InlineData("""{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"success":false,"message":"rate limit near"}""", "page of 1")]
    public async Task A_good_answer_without_events_that_speaks_of_a_failure_is_no_empty_page(string answer, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, answer));
        await using var pull = new Pull(new("2026-01-01T00:00:00Z"));
        using var page = (await pull.AskAsync(Pull.DefineYaml(server.BaseUrl, "{ request: { path: /e }, events: { path: data, optional: true }, id: id, time: at }")) is var result
            && result is PageResult.Page { Content: var content }) ? content : null;

        Assert.StartsWith(expected, page is null ? Pull.Tell(result) : $"page of {page.Cut.Count}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("retry", """{"errors":[{"message":"rate limit for operation: feed"}],"data":null}""", "Throttled 200, ? s")]
    [InlineData("retry", """{"errors":[{"message":"no such field"}],"data":null}""", "Failed 200")]
    [InlineData("retry", """{"errors":[{"message":"partial"}],"data":[{"id":1,"at":"2026-01-01T00:00:00Z","message":"rate limit"}]}""", "Failed 200")]   // an event's text
    [InlineData("empty", """{"errors":[{"message":"Too many requests"}]}""", "Throttled 200, ? s")]
    [InlineData("refuse", """{"errors":[{"message":"rate limit"}]}""", "Refused 200")]                                                                    // the template knows better
    public async Task A_rule_that_asks_again_or_calls_it_empty_waits_where_the_words_say_so(string action, string answer, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, answer));
        await using var pull = new Pull(new("2026-01-01T00:00:00Z"));
        var source = Pull.DefineYaml(server.BaseUrl, $"{{ request: {{ path: /e }}, events: {{ path: data }}, id: id, time: at, errors: [{{ path: errors, action: {action} }}] }}");
        Assert.StartsWith(expected, Pull.Tell(await pull.AskAsync(source)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_of_an_item_is_no_failure_of_its_answer()
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == "/jobs" ? """[{"id":1}]""" : """{"status":"failed","events":[]}"""));
        await using var pull = new Pull(new("2026-01-01T00:00:00Z"));
        await using var answers = new AuditFunctions.Sources.Expansion.ExpandedPages(pull.Client, pull.Time);
        var source = Pull.DefineYaml(server.BaseUrl, "{ request: { path: /jobs }, expand: { request: { path: '/jobs/{item.id}' } }, events: { path: events }, id: id, time: at }");

        Assert.IsType<PageResult.Page>(await answers.GetPageAsync(source, new PageQuery(Pull.From, Pull.From.AddDays(1), null), CancellationToken.None));
    }

    [Theory]
    [InlineData(429, "Retry-After: 299.5", "Throttled 429, 299.5 s")]
    [InlineData(503, "Retry-After: soon", "Throttled 503, 60 s")]
    [InlineData(429, "", "Throttled 429, ? s")]
    public async Task A_token_endpoint_that_asks_to_wait_is_heard(int status, string header, string expected)
    {
        (string, string)[] headers = [.. header.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)).Select(pair => (pair[0], pair[1]))];
        await using var server = await ScriptedServer.StartAsync(_ => new(status, "{}", headers));
        await using var pull = new Pull(new("2026-01-01T00:00:00Z"));
        var source = Pull.DefineYaml(server.BaseUrl, "{ auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: s }, time: at }");
        Assert.Equal(expected, Pull.Tell(await pull.AskAsync(source)));
    }

    [Theory]
    [InlineData("""[{"errorCode":"REQUEST_LIMIT_EXCEEDED"}]""", "Throttled 403, ? s")]
    [InlineData("""[{"errorCode":"INSUFFICIENT_ACCESS"}]""", "Refused 403: GET /services/data/v60.0/query answered 403. Check that 'secret:token' is current and may read audit logs; the checkpoint is unchanged.")]
    public async Task A_403_is_a_throttle_when_its_body_says_so(string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(request => request.Method == "POST" ? new(200, """{"access_token":"T"}""") : new(403, body));
        await using var pull = new Pull();
        var source = Pull.Define(
            ("template", Salesforce), ("domain", "acme.my.salesforce.com"), ("clientId", "secret:token"), ("clientSecret", "secret:token"), ("baseUrl", server.BaseUrl));
        Assert.Equal(expected, Pull.Tell(await pull.AskAsync(source)));
    }

    [Theory]
    [InlineData("seconds", "1.203", "Throttled 429, 1.203 s")]                // Terraform Cloud
    [InlineData("milliseconds", "1500", "Throttled 429, 1.5 s")]
    [InlineData("iso8601", "2026-01-01T00:02Z", "Throttled 429, 120 s")]      // Atlassian
    [InlineData("unix-ms", "1767225610000", "Throttled 429, 10 s")]
    [InlineData("unix-ms", " 1767225610000.0 ", "Throttled 429, 10 s")]
    [InlineData("milliseconds", "+1500", "Throttled 429, 1.5 s")]
    [InlineData("seconds", " 1.5 ", "Throttled 429, 1.5 s")]
    [InlineData("milliseconds", "x", "Throttled 429, 60 s")]
    [InlineData("iso8601", "tomorrow", "Throttled 429, 60 s")]
    public async Task A_reset_header_is_read_in_the_format_of_the_template(string format, string value, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(429, "", ("X-Reset", value)));
        await using var pull = new Pull(new("2026-01-01T00:00:00Z"));
        var source = Pull.DefineYaml(server.BaseUrl, $"time: at\nthrottling: {{ resetHeader: X-Reset, resetFormat: {format} }}");
        Assert.Equal(expected, Pull.Tell(await pull.AskAsync(source)));
    }

    [Fact]
    public async Task A_vendor_over_its_rate_tells_when_its_window_ends()
    {
        var time = new ManualTime("2026-01-01T00:00:20Z");
        await using var vendor = await SandboxVendor.StartAsync(new() { RateLimit = 1, Time = time }, CancellationToken.None);
        await using var pull = new Pull(time);
        var source = Pull.Define(("template", Okta), ("domain", "acme.okta.com"), ("token", "secret:token"), ("baseUrl", vendor.BaseUrl.ToString()));
        Assert.Equal("Page of 1000", Pull.Tell(await pull.AskAsync(source)));
        Assert.Equal("Throttled 429, 40 s", Pull.Tell(await pull.AskAsync(source)));
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.StartsWith("Page", Pull.Tell(await pull.AskAsync(source)), StringComparison.Ordinal);
    }

    private static Task<string> AskAsync(string template, int status, string headers, params (string, string?)[] columns) =>
        AskAsync(template, status, headers, "{}", columns);

    private static async Task<string> AskAsync(string template, int status, string headers, string body, params (string, string?)[] columns)
    {
        var lines = headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 2)).Select(pair => (pair[0], pair[1])).ToArray();
        await using var server = await ScriptedServer.StartAsync(_ => new(status, body, lines));
        await using var pull = new Pull(new("2026-01-01T00:00:00Z"));
        var parameters = template == Okta ? [("domain", "acme.okta.com"), .. columns] : columns;
        var source = Pull.Define([("template", template), ("token", "secret:token"), ("baseUrl", server.BaseUrl), .. parameters]);
        return Pull.Tell(await pull.AskAsync(source));
    }
}
