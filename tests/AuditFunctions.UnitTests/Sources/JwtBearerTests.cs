using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>The grant <c>jwt-bearer</c>, against a token endpoint that checks signature, audience and life.</summary>
public sealed class JwtBearerTests
{
    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_statement_that_the_key_signed_is_exchanged_for_a_token(string algorithm)
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = algorithm == "ES256" ? curve.ExportPkcs8PrivateKeyPem() : rsa.ExportPkcs8PrivateKeyPem();
        await using var pull = new Pull();
        pull.SetSecret("key", pem.Replace("\n", "\\n", StringComparison.Ordinal)); // as a vault's text field keeps it
        var told = "";
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            if (request.PathAndQuery != "/oauth/token")
            {
                return new(request.Header("Authorization") == "Bearer AT" ? 200 : 401, "[]");
            }

            var form = Form(request.Body);
            var parts = form["assertion"].Split('.');
            var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            var signature = Base64Url.DecodeFromChars(parts[2]);
            var hash = algorithm == "RS384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
            var right = algorithm == "ES256" ? curve.VerifyData(signed, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                : rsa.VerifyData(signed, signature, hash, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
            told = $"{form["grant_type"]} {Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]))} {Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]))}";
            return right ? new(200, """{"access_token":"AT","expires_in":3600}""") : new(400, """{"error":"invalid_grant"}""");
        });
        var source = Define(server, $"key: '{{key}}', keyId: k1, algorithm: {algorithm}, claims: {{ iss: app, sub: user@acme.example, scope: a b }}, clientId: me");
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        Assert.Equal(3, server.Requests.Count);

        var now = pull.Time.GetUtcNow().ToUnixTimeSeconds();
        var start = $$"""urn:ietf:params:oauth:grant-type:jwt-bearer {"alg":"{{algorithm}}","typ":"JWT","kid":"k1"} {"aud":"{{server.BaseUrl}}/oauth/token","iat":{{now}},"exp":{{now + 300}},"iss":"app","sub":"user@acme.example","scope":"a b","jti":""";
        Assert.StartsWith(start, told, StringComparison.Ordinal);
        Assert.Equal("me", Form(server.Requests[0].Body)["client_id"]);
    }

    [Fact]
    public async Task A_service_account_of_Google_signs_with_its_own_key_and_claims_the_scope()
    {
        using var rsa = RSA.Create(2048);
        await using var pull = new Pull();
        pull.SetSecret("key", JsonSerializer.Serialize(new { type = "service_account", client_email = "log@acme.iam.example", private_key = rsa.ExportPkcs8PrivateKeyPem(), private_key_id = "k9" }));
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.Method == "POST" ? """{"access_token":"AT"}""" : "[]"));
        var source = Define(server, "serviceAccount: '{key}', scope: logs.read, claims: { sub: admin@acme.example }");
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        var form = Form(server.Requests[0].Body);
        var parts = form["assertion"].Split('.');
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        string Claim(string name) => claims.RootElement.GetProperty(name).ToString();
        Assert.Equal(("log@acme.iam.example", "admin@acme.example", "logs.read", $"{server.BaseUrl}/oauth/token"), (Claim("iss"), Claim("sub"), Claim("scope"), Claim("aud")));
        Assert.Contains("\"kid\":\"k9\"", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])), StringComparison.Ordinal);
        Assert.False(form.ContainsKey("scope"));
        Assert.True(rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Theory]
    [InlineData("key: '{key}'", "no key", 200, "Refused 401: the key of 'auth' is not a private key in PEM (unencrypted) that RS256 can sign with. Check the key and the claims, and that the vendor knows the key.")]
    [InlineData("serviceAccount: '{key}'", "no JSON", 200, "Refused 401: the secret of 'auth.serviceAccount' is not the JSON of a service account. Check the key")]
    [InlineData("serviceAccount: '{key}'", "{}", 200, "Refused 401: the key of 'auth' is not a private key in PEM")]
    public async Task A_key_that_cannot_sign_is_told_without_it(string auth, string secret, int status, string expected)
    {
        await using var pull = new Pull();
        pull.SetSecret("key", secret);
        await using var server = await ScriptedServer.StartAsync(_ => new(status, "[]"));
        Assert.StartsWith(expected, Pull.Tell(await pull.AskAsync(Define(server, auth))), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_refused_refresh_token_is_named()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(400, """{"error":"invalid_grant"}"""));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, "{ auth: { scheme: oauth2, grant: refresh_token, tokenUrl: /oauth/token, clientId: c, clientSecret: s, refreshToken: r }, time: at }");
        Assert.Equal(
            $"Refused 401: the token request to {server.BaseUrl}/oauth/token answered 400. Check the refresh token, which may have been revoked, or replaced when it was used; and the client id and secret.",
            Pull.Tell(await pull.AskAsync(source)));
    }

    [Fact]
    public async Task The_password_grant_sends_the_user_and_no_secret_of_a_client_that_has_none()
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.Method == "POST" ? """{"access_token":"AT"}""" : "[]"));
        await using var pull = new Pull();
        var source = Pull.DefineYaml(server.BaseUrl, "{ auth: { scheme: oauth2, grant: password, tokenUrl: /oauth/token, clientId: c, username: ada, password: pw }, time: at }");
        Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
        Assert.Equal("client_id=c&grant_type=password&username=ada&password=pw", server.Requests[0].Body);
    }

    private static Dictionary<string, string> Form(string body) =>
        body.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);

    private static AuditFunctions.Sources.Definition.SourceDefinition Define(ScriptedServer server, string auth) => Pull.DefineYaml(
        server.BaseUrl,
        $"parameters: {{ key: {{ description: Key., secret: true }} }}\nauth: {{ scheme: oauth2, grant: jwt-bearer, tokenUrl: /oauth/token, {auth} }}\nrequest: {{ path: /events }}\ntime: at",
        ("key", "secret:key"));
}
