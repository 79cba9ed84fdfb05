using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary><c>login</c>, against a server that gives tokens and checks them.</summary>
public sealed class LoginAuthTests
{
    private const string Login = "auth: { scheme: login, request: { method: POST, path: /login, body: { user: ada, password: '{password}' } }, ";

    [Theory]
    [InlineData("token: data.token }", "Authorization", "Bearer T")]
    [InlineData("token: data.token, prefix: '', header: X-Auth }", "X-Auth", "T")]
    [InlineData("token: data.token, header: X-Auth }", "X-Auth", "T")]
    [InlineData("token: data.token, prefix: Token }", "Authorization", "Token T")]
    [InlineData("tokenHeader: X-Token }", "Authorization", "Bearer T")]
    [InlineData("tokenCookie: session }", "Cookie", "session=T")]
    public async Task A_token_is_asked_for_once_and_sent_as_the_template_says(string rest, string header, string expected)
    {
        var given = 0;
        await using var server = await ScriptedServer.StartAsync(request => request.PathAndQuery != "/login"
            ? new(request.Header(header) == $"{expected}{given}" ? 200 : 401, "[]")
            : request.Body != """{"user":"ada","password":"sandbox-token"}""" ? new(403, "")
            : new(200, $$$"""{"data":{"token":"T{{{++given}}}"}}""", ("X-Token", $"T{given}"), ("Set-Cookie", "other=1; Path=/"), ("Set-Cookie", $"session=T{given}; Path=/; HttpOnly")));
        await using var pull = new Pull();
        var source = Define(server, Login + rest);
        await AssertPageAsync(pull, source);
        await AssertPageAsync(pull, source);
        Assert.Equal((1, 3), (given, server.Requests.Count));

        // Its life is over.
        pull.Time.Advance(TimeSpan.FromMinutes(30));
        await AssertPageAsync(pull, source);
        Assert.Equal(2, given);

        // The vendor forgot it: a new one is asked for at once.
        given++;
        await AssertPageAsync(pull, source);
        Assert.Equal(4, given);
    }

    /// <summary>The token of one region is not sent to another, which would refuse it.</summary>
    [Theory]
    [InlineData(Login + "token: token }")]
    [InlineData("auth: { scheme: oauth2, tokenUrl: /login, clientId: c1, clientSecret: '{password}' }")]
    public async Task A_token_that_partitions_ask_for_at_different_places_is_one_of_each(string auth)
    {
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            var region = request.PathAndQuery.Split('/')[1];
            return request.PathAndQuery.EndsWith("/login", StringComparison.Ordinal) ? new(200, $$"""{"token":"{{region}}","access_token":"{{region}}","expires_in":3600}""")
                : new(request.Header("Authorization") == $"Bearer {region}" ? 200 : 401, "[]");
        });
        await using var pull = new Pull();
        var source = Pull.DefineYaml(
            server.BaseUrl + "/{partition.region}",
            $"parameters: {{ password: {{ description: Password., secret: true }} }}\n{auth}\npartitions: {{ region: {{ values: [eu, us] }} }}\nrequest: {{ path: /events }}\ntime: at",
            ("password", "secret:token"));
        foreach (var region in (string[])["eu", "us", "eu"])
        {
            var query = new PageQuery(Pull.From, pull.Time.GetUtcNow(), null) { Partition = new Dictionary<string, string> { ["region"] = region } };
            Assert.IsType<PageResult.Page>(await pull.Client.GetPageAsync(source, query, CancellationToken.None)).Content.Dispose();
        }

        Assert.Equal(["/eu/login", "/eu/events", "/us/login", "/us/events", "/eu/events"], server.Requests.Select(request => request.PathAndQuery));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(302)]   // to the login page for people
    public async Task Requests_that_are_refused_with_one_token_ask_for_one_new_one(int refusal)
    {
        // The vendor knows the newest token alone. Of two that are refused, the second hears of it when the first has a new one already.
        var (given, refused) = (1, 0);
        using var both = new Barrier(2);
        using var isNewKnown = new ManualResetEventSlim();
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            if (request.PathAndQuery == "/login")
            {
                return new(200, $$"""{"token":"T{{Interlocked.Increment(ref given)}}"}""");
            }

            if (request.Header("Authorization") == $"Bearer T{given}")
            {
                return new(200, "[]");
            }

            var isSecond = Interlocked.Increment(ref refused) == 2;
            both.SignalAndWait(TimeSpan.FromMinutes(1));
            if (isSecond)
            {
                isNewKnown.Wait(TimeSpan.FromMinutes(1));
            }

            return new(refusal, "", ("Location", "/sign-in"));
        });
        await using var pull = new Pull();
        var source = Define(server, Login + "token: token }");
        await AssertPageAsync(pull, source);
        given++;

        Task[] asked = [AssertPageAsync(pull, source), AssertPageAsync(pull, source)];
        await await Task.WhenAny(asked);
        isNewKnown.Set();
        await Task.WhenAll(asked);
        Assert.Equal(2, server.Requests.Count(request => request.PathAndQuery == "/login"));
    }

    [Fact]
    public async Task A_statement_that_is_signed_here_stands_in_the_login_request()
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == "/login" ? """{"token":"T"}""" : "[]"));
        await using var pull = new Pull();
        await AssertPageAsync(pull, Define(
            server,
            "auth: { scheme: login, token: token, request: { method: POST, path: /login, body: { auth_token: '{login.statement}' } }, "
            + "statement: { key: '{password}', algorithm: HS256, life: 10m, claims: { iss: acme, sub: app } } }"));
        var parts = System.Text.Json.JsonDocument.Parse(server.Requests[0].Body).RootElement.GetProperty("auth_token").GetString()!.Split('.');
        var expected = System.Security.Cryptography.HMACSHA256.HashData("sandbox-token"u8, System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(expected), parts[2]);
        using var claims = System.Text.Json.JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal(("acme", "app", 600), (
            claims.RootElement.GetProperty("iss").GetString(), claims.RootElement.GetProperty("sub").GetString(),
            claims.RootElement.GetProperty("exp").GetInt64() - claims.RootElement.GetProperty("iat").GetInt64()));
        Assert.True(Guid.TryParse(claims.RootElement.GetProperty("jti").GetString(), out _));
        Assert.Equal("Bearer T", server.Requests[1].Header("Authorization"));
    }

    [Theory]
    [InlineData(401, "{}", "Refused 401: the login request, POST /login, answered 401. Check the name and the secret that the login request sends.")]
    [InlineData(400, "{}", "Refused 401: the login request, POST /login, answered 400. Check the name and the secret that the login request sends.")]
    [InlineData(500, "{}", "Failed 500: the login request, POST /login, answered 500")]
    [InlineData(429, "{}", "Throttled 429, 7 s")]
    [InlineData(200, "{}", "Failed 0: the answer to the login request, POST /login, holds no token at 'token'")]
    [InlineData(200, "<html>", "Failed 0: the answer to the login request, POST /login, holds no token at 'token'")]
    [InlineData(200, """{"token":["x"]}""", "Failed 0: the answer to the login request, POST /login, holds no token at 'token'")]
    public async Task What_the_login_answers_is_told_without_the_secret(int status, string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(status, body, ("Retry-After", "7")));
        await using var pull = new Pull();
        Assert.Equal(expected, Pull.Tell(await pull.AskAsync(Define(server, Login + "token: token }"))));
    }

    [Theory]
    [InlineData("auth: { scheme: login }", "auth.request: is missing: the request that gives the token.|auth.token: must say where the token stands in the answer: one of 'token' (a path in the body), 'tokenHeader' and 'tokenCookie'.")]
    [InlineData("auth: { scheme: login, request: { path: /login }, token: t, tokenCookie: c }", "auth.token (line 1): must say where")]
    [InlineData("auth: { scheme: login, request: { path: /login, body: { a: '{login.statement}' } }, token: t }", "auth.statement: is missing: what is signed for '{login.statement}', which the request uses.")]
    [InlineData("auth: { scheme: login, request: { path: /login }, token: t, statement: { key: x, algorithm: HS256 } }", "auth.statement (line 1): is used nowhere: put '{login.statement}' into the request.")]
    [InlineData("auth: { scheme: bearer, token: '{login.statement}' }", "auth.token: uses '{login.statement}', which has no value here")]
    [InlineData("auth: { scheme: login, request: { path: /login, body: { a: '{nobody}' } }, token: t }", "auth.request.body.a: uses the unknown placeholder '{nobody}'")]
    [InlineData("auth: { scheme: login, request: { path: /login, pth: 1 }, token: t }", "auth.request.pth (line 1): is not known here")]
    public void What_is_wrong_with_it_is_said_where_it_stands(string auth, string expected)
    {
        var found = Pull.ProblemsOf(("definition", auth + "\nbaseUrl: https://a.example\ntime: at"));
        Assert.All(expected.Split('|').Zip(found), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Equal(expected.Split('|').Length, found.Count);
    }

    private static async Task AssertPageAsync(Pull pull, AuditFunctions.Sources.Definition.SourceDefinition source) =>
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();

    private static AuditFunctions.Sources.Definition.SourceDefinition Define(ScriptedServer server, string auth) =>
        Pull.DefineYaml(server.BaseUrl, $"parameters: {{ password: {{ description: Password., secret: true }} }}\n{auth}\nrequest: {{ path: /events }}\ntime: at", ("password", "secret:token"));
}
