using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Support;
using Azure.Core;

namespace AuditFunctions.Tests.Sources;

/// <summary>Schemes that sign with a private key, against servers that know the public one.</summary>
public sealed class KeyPairAuthTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", "", "Page of 0")]
    [InlineData(", clientId: other", "", "Refused 401: the token request to BASE/oauth/token answered 401. Check the key and the claims, and that the vendor knows the key.")]
    [InlineData("", "2026-01-31T11:00:00Z", "Refused 401: the token request to BASE/oauth/token answered 401. Check the key and the claims, and that the vendor knows the key.")]
    public async Task A_client_proves_itself_with_its_key_instead_of_a_secret(string extra, string clock, string expected)
    {
        using var rsa = RSA.Create(2048);
        var sent = "";
        await using var server = await ScriptedServer.StartAsync(seen =>
        {
            if (seen.PathAndQuery != "/oauth/token")
            {
                return new(seen.Header("Authorization") == "Bearer AT" ? 200 : 401, "[]");
            }

            var form = seen.Body.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
            var parts = form["client_assertion"].Split('.');
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            string Claim(string name) => claims.RootElement.GetProperty(name).ToString();
            sent = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]));
            var good = rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                && (Claim("iss"), Claim("sub"), Claim("aud")) == ("app", "app", $"http://{seen.Header("Host")}/oauth/token")
                && claims.RootElement.GetProperty("exp").GetInt64() > Now.ToUnixTimeSeconds() && claims.RootElement.GetProperty("iat").GetInt64() <= Now.ToUnixTimeSeconds()
                && form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" && form["grant_type"] == "client_credentials"
                && seen.Header("X-Tenant") == "acme" && !form.ContainsKey("client_secret");
            return new(good ? 200 : 401, """{"access_token":"AT"}""");
        });
        await using var pull = new Pull(new(clock.Length > 0 ? clock : Now.ToString("O", CultureInfo.InvariantCulture)));
        pull.SetSecret("key", rsa.ExportPkcs8PrivateKeyPem());
        var auth = "scheme: oauth2, tokenUrl: /oauth/token, clientId: app, client: private_key_jwt, key: '{key}', keyId: k1, thumbprint: 'AB:CD:EF', headers: { X-Tenant: acme }";
        var source = Define(server, extra.Length > 0 ? auth.Replace(", clientId: app", extra, StringComparison.Ordinal) : auth);
        Assert.Equal(expected.Replace("BASE", server.BaseUrl, StringComparison.Ordinal), Pull.Tell(await pull.AskAsync(source)));
        Assert.Equal("""{"alg":"RS256","typ":"JWT","kid":"k1","x5t":"q83v"}""", sent);
    }

    [Theory]
    [InlineData("/orgs/acme/installation", 3)]
    [InlineData("77", 2)]
    public async Task A_GitHub_App_gets_a_token_of_its_installation_and_keeps_it(string installation, int requests)
    {
        using var rsa = RSA.Create(2048);
        await using var server = await ScriptedServer.StartAsync(seen => GitHub(seen, rsa));
        await using var pull = new Pull(new(Now.ToString("O", CultureInfo.InvariantCulture)));
        pull.SetSecret("key", rsa.ExportRSAPrivateKeyPem());
        var source = Define(server, $"scheme: github-app, appId: 123, key: '{{key}}', installation: '{installation}'");
        Assert.Equal("Page of 0", Pull.Tell(await pull.AskAsync(source)));
        Assert.Equal(requests, server.Requests.Count);
        Assert.Equal("Page of 0", Pull.Tell(await pull.AskAsync(source)));
        Assert.Equal(requests + 1, server.Requests.Count);

        // The token is good for an hour, and renewed a minute before.
        pull.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.StartsWith("Refused 401", Pull.Tell(await pull.AskAsync(source)), StringComparison.Ordinal); // the server's clock stands still
        Assert.Contains("/app/installations/77/access_tokens", server.Requests.Skip(requests + 1).Select(seen => seen.PathAndQuery).Concat(server.Requests.Select(seen => seen.PathAndQuery)));
    }

    [Theory]
    [InlineData("2026-01-31T11:00:00Z")]
    [InlineData("2026-01-31T08:00:00Z")]
    public async Task GitHub_refuses_a_statement_of_another_hour(string clock)
    {
        using var rsa = RSA.Create(2048);
        await using var server = await ScriptedServer.StartAsync(seen => GitHub(seen, rsa));
        await using var pull = new Pull(new(clock));
        pull.SetSecret("key", rsa.ExportRSAPrivateKeyPem());
        var told = Pull.Tell(await pull.AskAsync(Define(server, "scheme: github-app, appId: 123, key: '{key}', installation: /orgs/acme/installation")));
        Assert.Equal("Refused 401: GET /orgs/acme/installation answered 401. Check the app's id and key, and that it is installed there with the right to read the audit log.", told);
    }

    [Theory]
    [InlineData("GET", null, "Page of 0")]
    [InlineData("POST", null, "Page of 0")]
    [InlineData("GET", "2026-01-31T11:00:00Z", "Refused 401")]
    public async Task Oracle_checks_the_signed_headers(string method, string? clock, string expected)
    {
        using var rsa = RSA.Create(2048);
        await using var server = await ScriptedServer.StartAsync(seen =>
        {
            var parameters = seen.Header("Authorization")!["Signature ".Length..].Split(',').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim('"'));
            string Value(string name) => name == "(request-target)" ? $"{seen.Method.ToLowerInvariant()} {seen.PathAndQuery}" : seen.Header(name)!;
            var text = string.Join('\n', parameters["headers"].Split(' ').Select(name => $"{name}: {Value(name)}"));
            var good = rsa.VerifyData(Encoding.UTF8.GetBytes(text), Convert.FromBase64String(parameters["signature"]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                && parameters["keyId"] == "ocid1.tenancy/ocid1.user/12:34"
                && (seen.Bytes.Length == 0 || seen.Header("x-content-sha256") == Convert.ToBase64String(SHA256.HashData(seen.Bytes)))
                && (DateTimeOffset.Parse(seen.Header("Date")!, CultureInfo.InvariantCulture) - Now).Duration() < TimeSpan.FromMinutes(5);
            return new(good ? 200 : 401, "[]");
        });
        await using var pull = new Pull(new(clock ?? Now.ToString("O", CultureInfo.InvariantCulture)));
        pull.SetSecret("key", rsa.ExportPkcs8PrivateKeyPem());
        var source = Define(
            server,
            "scheme: oci-signature, tenancy: ocid1.tenancy, user: ocid1.user, fingerprint: '12:34', key: '{key}'",
            method == "POST" ? "method: POST, body: { a: '{from}' }" : "query: { c: 'a/b c' }");
        Assert.StartsWith(expected, Pull.Tell(await pull.AskAsync(source)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scheme: jwt, key: '{key}'")]
    [InlineData("scheme: github-app, appId: 1, key: '{key}', installation: '1'")]
    [InlineData("scheme: oci-signature, tenancy: t, user: u, fingerprint: f, key: '{key}'")]
    [InlineData("scheme: mimecast-signature, accessKey: a, secretKey: '{key}', appId: a, appKey: k")]
    public async Task A_key_that_cannot_sign_stops_the_request_and_is_not_shown(string auth)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(200, "[]"));
        await using var pull = new Pull();
        pull.SetSecret("key", "no-key!-at-all");
        var told = Pull.Tell(await pull.AskAsync(Define(server, auth)));
        Assert.StartsWith("Refused 401: the ", told, StringComparison.Ordinal);
        Assert.DoesNotContain("no-key", told, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_apps_own_identity_is_used_where_its_token_belongs()
    {
        await using var server = await ScriptedServer.StartAsync(seen => new(seen.Header("Authorization") == "Bearer entra" ? 200 : 401, "[]"));
        await using var pull = new Pull(identity: new FixedIdentity());
        pull.SetSecret("key", "unused");
        Assert.Equal("Page of 0", Pull.Tell(await pull.AskAsync(Define(server, "scheme: entra-identity, api: graph"))));
    }

    [Theory]
    [InlineData("https://graph.microsoft.com", "graph", null)]
    [InlineData("https://GRAPH.microsoft.us/v1.0", "graph", null)]
    [InlineData("https://graph.microsoft.com.evil.example", "graph", "auth.api (line 2): is 'graph', whose token is not sent to 'graph.microsoft.com.evil.example'. Allowed: graph.microsoft.com, *")]
    [InlineData("https://acme.vault.azure.net", "azure-management", "auth.api (line 2): is 'azure-management', whose token is not sent to 'acme.vault.azure.net'. Allowed: management.azure.com, *")]
    [InlineData("https://graph.microsoft.com", "vault", "auth.api (line 2): is 'vault'; allowed: graph, office365-management, azure-management, defender, power-bi, azure-devops.")]
    public void A_row_cannot_send_the_apps_identity_elsewhere(string baseUrl, string api, string? expected)
    {
        var problems = Pull.ProblemsOf(("definition", $"baseUrl: {baseUrl}\nauth: {{ scheme: entra-identity, api: {api} }}\ntime: at"));
        if (expected is null)
        {
            Assert.Empty(problems);
            return;
        }

        Assert.StartsWith(expected.TrimEnd('*'), problems[0], StringComparison.Ordinal);
    }

    private static ScriptedServer.Reply GitHub(ScriptedServer.Seen seen, RSA key)
    {
        var token = seen.Header("Authorization")!["Bearer ".Length..];
        if (seen.PathAndQuery == "/events")
        {
            return new(token == "ghs_1" ? 200 : 401, "[]");
        }

        var parts = token.Split('.');
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        long Claim(string name) => claims.RootElement.GetProperty(name).GetInt64();
        var now = Now.ToUnixTimeSeconds();
        var good = key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            && claims.RootElement.GetProperty("iss").GetString() == "123" && Claim("iat") <= now && Claim("exp") > now && Claim("exp") <= now + 600;
        return !good ? new(401, "{}")
            : (seen.Method, seen.PathAndQuery) switch
            {
                ("GET", "/orgs/acme/installation") => new(200, """{"id":77,"access_tokens_url":"https://elsewhere.example/"}"""),
                ("POST", "/app/installations/77/access_tokens") => new(201, """{"token":"ghs_1","expires_at":"2026-01-31T11:00:00Z"}"""),
                _ => new(404, "{}"),
            };
    }

    private static SourceDefinition Define(ScriptedServer server, string auth, string request = "path: /events") => Pull.DefineYaml(
        server.BaseUrl,
        $"parameters: {{ key: {{ description: Key., secret: true }} }}\nauth: {{ {auth} }}\nrequest: {{ {request} }}\ntime: at",
        ("key", "secret:key"));

    private sealed class FixedIdentity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Assert.Equal("https://graph.microsoft.com/.default", Assert.Single(requestContext.Scopes));
            return new(new AccessToken("entra", DateTimeOffset.MaxValue));
        }
    }
}
