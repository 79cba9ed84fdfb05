using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

public sealed class AuthTests
{
    private const string Token = "/token";

    public static TheoryData<string, string[], string, string> Schemes() => new()
    {
        // auth, further columns, what the vendor sees where
        { "none", [], "Authorization", "" },
        { "bearer", ["token=secret:token"], "Authorization", "Bearer sandbox-token" },
        { "header", ["authName=X-Api-Key", "apiKey=secret:token"], "X-Api-Key", "sandbox-token" },
        { "basic", ["username=ada", "password=secret:token"], "Authorization", "Basic " + Base64("ada:sandbox-token") },
        { "basic", ["username=only-the-key"], "Authorization", "Basic " + Base64("only-the-key:") },
        { "query", ["authName=api key", "apiKey=secret:token"], "?", "/?api%20key=sandbox-token" },
    };

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Each_scheme_puts_its_credential_where_the_vendor_looks(string auth, string[] columns, string where, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        var source = Pull.Define([("template", "http-json"), ("url", server.BaseUrl), ("time", "at"), ("auth", auth), .. Split(columns)]);
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        var request = Assert.Single(server.Requests);
        Assert.Equal(expected, where == "?" ? request.PathAndQuery : request.Header(where) ?? "");
    }

    [Theory]
    [InlineData("client: body", "application/x-www-form-urlencoded", "", "client_id=me%20%26&client_secret=sandbox-token&grant_type=client_credentials&scope=logs.read&audience=x")]
    [InlineData("client: basic", "application/x-www-form-urlencoded", "Basic bWUgJjpzYW5kYm94LXRva2Vu", "grant_type=client_credentials&scope=logs.read&audience=x")]
    [InlineData("format: json", "application/json", "", """{"client_id":"me \u0026","client_secret":"sandbox-token","grant_type":"client_credentials","scope":"logs.read","audience":"x"}""")]
    public async Task A_client_credentials_request_is_written_as_the_endpoint_wants_it(string setting, string type, string authorization, string body)
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == Token ? """{"access_token":"T1","expires_in":3600}""" : "[]"));
        await using var pull = new Pull();
        var source = OAuth(server, setting);
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        Assert.Equal("Bearer T1", server.Requests[1].Header("Authorization"));
        var request = server.Requests[0];
        Assert.Equal(("POST", Token, type, authorization, body), (request.Method, request.PathAndQuery, request.Header("Content-Type"), request.Header("Authorization") ?? "", request.Body));
    }

    [Fact]
    public async Task An_account_credentials_request_has_its_fields_in_the_query()
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.Method == "POST" ? """{"access_token":"T1"}""" : "[]"));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, """
            parameters: { secret: { description: Secret., secret: true } }
            auth:
              { scheme: oauth2, grant: account_credentials, tokenUrl: /token, clientId: me, clientSecret: "{secret}", client: basic, format: query, fields: { account_id: acme } }
            time: at
            """, ("secret", "secret:token"));
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        Assert.Equal(("/token?grant_type=account_credentials&account_id=acme", ""), (server.Requests[0].PathAndQuery, server.Requests[0].Body));
    }

    [Fact]
    public async Task A_token_is_kept_until_a_minute_before_its_end()
    {
        var issued = 0;
        await using var server = await ScriptedServer.StartAsync(request =>
            new(200, request.PathAndQuery == Token ? $$"""{"access_token":"T{{++issued}}","expires_in":600}""" : "[]"));
        await using var pull = new Pull();
        var source = OAuth(server);
        var seen = new List<int>();
        foreach (var seconds in new[] { 0, 539, 2 })
        {
            pull.Time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
            seen.Add(issued);
        }

        Assert.Equal([1, 1, 2], seen);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_credential_is_read_again_once(int status)
    {
        await using var vendor = await SandboxVendor.StartAsync(new() { Events = 3 }, CancellationToken.None);
        await using var pull = new Pull();
        var source = Generic(vendor);
        Assert.Equal(3, (await pull.DrainAsync(source)).Ids.Count);

        // Rotated at the vendor and in the store: the remembered value is refused, the one read again is good.
        vendor.Faults.Next(int.MaxValue, new Fault.RefusedCredential(status));
        vendor.Credentials.AcceptOnly("rotated");
        pull.SetSecret("token", "rotated");
        pull.Time.Advance(ISecretStore.FreshFor);
        Assert.Equal(3, (await pull.DrainAsync(source)).Ids.Count);
        Assert.Equal(["Bearer sandbox-token", "Bearer sandbox-token", "Bearer rotated"], vendor.RecentRequests.Select(call => call.Authorization));

        // Rotated at the vendor only: asked twice, then refused with the secret's name.
        vendor.Credentials.AcceptOnly("unknown to us");
        vendor.Faults.Clear();
        var refused = Assert.IsType<PageResult.Refused>(await pull.AskAsync(source));
        Assert.Equal(
            new PageResult.Refused(401, "GET /generic/link answered 401. Check that 'secret:token' is current and may read audit logs; the checkpoint is unchanged."),
            refused);
        Assert.Equal(5, vendor.Requests);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client"}""", "Refused 401", 2)]   // some endpoints answer 400 to a wrong secret
    [InlineData(401, """{"error":"invalid_client"}""", "Refused 401", 2)]
    [InlineData(429, "", "Throttled 429", 1)]
    [InlineData(503, "", "Failed 503", 1)]
    [InlineData(200, """{"token":"T1"}""", "Failed 0", 1)]
    [InlineData(200, """[]""", "Failed 0", 1)]
    [InlineData(200, """{"access_token":7}""", "Failed 0", 1)]
    [InlineData(200, "<html>", "Failed 0", 1)]
    public async Task What_the_token_endpoint_answers_becomes_a_result_and_nothing_of_it_is_repeated(int status, string body, string expected, int requests)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(status, body));
        await using var pull = new Pull();
        var result = await pull.AskAsync(OAuth(server));
        var (what, reason) = result switch
        {
            PageResult.Refused refused => ($"Refused {refused.StatusCode}", refused.Reason),
            PageResult.Failed failed => ($"Failed {failed.StatusCode}", failed.Reason),
            PageResult.Throttled throttled => ($"Throttled {throttled.StatusCode}", ""),
            _ => ("Page", ""),
        };
        Assert.Equal((expected, requests), (what, server.Requests.Count));
        Assert.DoesNotContain("sandbox-token", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("T1", reason, StringComparison.Ordinal);
        Assert.All(server.Requests, request => Assert.Equal(Token, request.PathAndQuery));
    }

    [Theory]
    [InlineData("45", 45)]
    [InlineData("Sun, 01 Feb 2026 00:00:45 GMT", 45)]
    [InlineData("Sat, 31 Jan 2026 23:59:00 GMT", 0)]   // already past
    [InlineData("Sun, 01 Feb 2026 09:00:00 GMT", 3600)] // never longer than an hour at once
    public async Task A_throttled_token_request_waits_as_long_as_its_endpoint_asks(string retryAfter, int seconds)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(429, "", ("Retry-After", retryAfter)));
        await using var pull = new Pull();
        Assert.Equal(new PageResult.Throttled(429, TimeSpan.FromSeconds(seconds)), await pull.AskAsync(OAuth(server)));
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_named_and_no_request_is_made()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        var source = Pull.Define(("template", "http-json"), ("url", server.BaseUrl), ("time", "at"), ("auth", "bearer"), ("token", "secret:no-such"));
        var refused = Assert.IsType<PageResult.Refused>(await pull.AskAsync(source));
        Assert.Equal(
            new PageResult.Refused(0, "The secret 'secret:no-such' is not set: give it in the environment variable or local setting AUDIT_SECRET_NO_SUCH, or name a vault in Secrets__VaultUri."),
            refused);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("good\r\nX-Smuggled: yes")]
    [InlineData("good\nX-Smuggled: yes")]
    [InlineData("good\0")]
    public async Task A_line_break_in_a_secret_smuggles_no_header_in(string secret)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        pull.SetSecret("token", secret);
        foreach (var columns in new[] { ["auth=bearer", "token=secret:token"], new[] { "auth=header", "authName=X-Api-Key", "apiKey=secret:token" } })
        {
            var source = Pull.Define([("template", "http-json"), ("url", server.BaseUrl), ("time", "at"), .. Split(columns)]);
            Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        }

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.DoesNotContain("X-Smuggled", request.Headers.Keys));
        Assert.All(server.Requests, request => Assert.DoesNotContain("good", string.Join(' ', request.Headers.Values), StringComparison.Ordinal));
    }

    private static SourceDefinition Generic(SandboxVendor vendor) => Pull.Define(
        ("template", "http-json"), ("url", $"{vendor.BaseUrl}generic/link"), ("auth", "bearer"), ("token", "secret:token"), ("events", "data"), ("id", "id"), ("time", "time"));

    private static SourceDefinition OAuth(ScriptedServer server, string setting = "client: body") => Pull.DefineYaml(server.BaseUrl, $$"""
        parameters:
          secret: { description: Secret., secret: true }
        auth:
          scheme: oauth2
          tokenUrl: /token
          clientId: me &
          clientSecret: "{secret}"
          scope: logs.read
          {{setting}}
          fields: { audience: x }
        request: { path: /logs }
        time: at
        """, ("secret", "secret:token"));

    private static IEnumerable<(string, string?)> Split(IEnumerable<string> columns) =>
        columns.Select(column => column.Split('=', 2)).Select(pair => (pair[0], (string?)pair[1]));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
