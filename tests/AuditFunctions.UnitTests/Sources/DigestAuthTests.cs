using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary><c>digest</c>, against a server that checks the proof as RFC 7616 says.</summary>
public sealed partial class DigestAuthTests
{
    [Theory]
    [InlineData("Digest realm=\"atlas\", nonce=\"NONCE\", qop=\"auth\", algorithm=MD5")]
    [InlineData("Digest realm=\"atlas\", nonce=\"NONCE\"")]                                                             // RFC 2069
    [InlineData("Digest realm=\"a \\\"quoted\\\" realm\", nonce=\"NONCE\", qop=\"auth,auth-int\", opaque=\"o=,1\", stale=false")]
    [InlineData("Digest algorithm=SHA-256, realm=atlas, qop=auth, nonce=\"NONCE\"")]
    [InlineData("Digest realm=\"atlas\", nonce=\"NONCE\", qop=\"auth\", algorithm=MD5-sess")]
    [InlineData("Basic realm=\"x\"|Digest realm=\"atlas\", nonce=\"NONCE\", qop=\"auth\", algorithm=MD5|Digest realm=\"atlas\", nonce=\"NONCE\", qop=\"auth\", algorithm=SHA-256")]
    public async Task A_request_is_proved_and_the_password_is_not_sent(string challenges)
    {
        var nonces = 0;
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            if (request.Header("Authorization") is { } proof)
            {
                return new(IsRight(request, proof, $"n{nonces}", "sandbox-token") ? 200 : 403, "[]");
            }

            nonces++;
            return new(401, "", [.. challenges.Replace("NONCE", $"n{nonces}", StringComparison.Ordinal).Split('|').Select(challenge => ("WWW-Authenticate", challenge))]);
        });
        await using var pull = new Pull();
        var source = Define(server);
        for (var page = 1; page <= 2; page++)
        {
            Assert.IsType<PageResult.Page>(await pull.AskAsync(source)).Content.Dispose();
            Assert.Equal((page, page * 2), (nonces, server.Requests.Count));
        }

        var right = server.Requests[^1];
        Assert.Equal("/events?from=2026-01-01T00%3A00%3A00.000Z", right.PathAndQuery);
        Assert.DoesNotContain("sandbox-token", right.Header("Authorization"), StringComparison.Ordinal);
        Assert.False(IsRight(right, right.Header("Authorization")!, $"n{nonces}", "another"));
        if (challenges.EndsWith("SHA-256", StringComparison.Ordinal))
        {
            Assert.Contains("algorithm=SHA-256", right.Header("Authorization"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(401, "Basic realm=\"x\"", "Refused 401: the vendor asks for no proof by digest that is known here (MD5 or SHA-256, qop auth). Choose another auth.scheme.")]
    [InlineData(401, "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-512", "Refused 401: the vendor asks for no proof by digest")]
    [InlineData(401, "Digest realm=\"x\", nonce=\"n\", qop=\"auth-int\"", "Refused 401: the vendor asks for no proof by digest")]
    [InlineData(401, "Digest realm=\"x\"", "Refused 401: the vendor asks for no proof by digest")]
    [InlineData(401, "Digest realm=\"x\", nonce=\"n\"", "Refused 401: GET /events answered 401.")]
    [InlineData(429, "", "Throttled 429, ? s")]
    [InlineData(200, "", "Page of 0")]
    public async Task What_is_asked_for_instead_is_told(int status, string challenge, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(status, "[]", challenge.Length > 0 ? [("WWW-Authenticate", challenge)] : []));
        await using var pull = new Pull();
        Assert.StartsWith(expected, Pull.Tell(await pull.AskAsync(Define(server))), StringComparison.Ordinal);
    }

    // The example of RFC 7616, section 3.9.1, proves the check itself.
    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_check_of_these_tests_takes_the_example_of_the_standard(string algorithm, string response)
    {
        var request = new ScriptedServer.Seen("GET", "/dir/index.html", new Dictionary<string, string>(), "");
        var proof = $"Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"{response}\"";
        Assert.True(IsRight(request, proof, "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "Circle of Life"));
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "What the standard says.")]
    private static bool IsRight(ScriptedServer.Seen request, string proof, string nonce, string password)
    {
        var given = Parameter().Matches(proof).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["quoted"].Success ? match.Groups["quoted"].Value.Replace("\\\"", "\"", StringComparison.Ordinal) : match.Groups["plain"].Value, StringComparer.Ordinal);
        string Hash(string text) => Convert.ToHexStringLower(given.GetValueOrDefault("algorithm")?.StartsWith("SHA-256", StringComparison.Ordinal) == true ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : MD5.HashData(Encoding.UTF8.GetBytes(text)));
        var user = Hash($"{given["username"]}:{given["realm"]}:{password}");
        user = given.GetValueOrDefault("algorithm")?.EndsWith("-sess", StringComparison.Ordinal) == true ? Hash($"{user}:{nonce}:{given["cnonce"]}") : user;
        var asked = Hash($"{request.Method}:{request.PathAndQuery}");
        var expected = given.TryGetValue("qop", out var qop) ? Hash($"{user}:{nonce}:{given["nc"]}:{given["cnonce"]}:{qop}:{asked}") : Hash($"{user}:{nonce}:{asked}");
        return given["nonce"] == nonce && given["uri"] == request.PathAndQuery && given["response"] == expected;
    }

    private static AuditFunctions.Sources.Definition.SourceDefinition Define(ScriptedServer server) => Pull.DefineYaml(
        server.BaseUrl,
        "parameters: { password: { description: Password., secret: true } }\nauth: { scheme: digest, username: ada, password: '{password}' }\nrequest: { path: /events, query: { from: '{from}' } }\ntime: at",
        ("password", "secret:token"));

    [GeneratedRegex("(?<name>[a-z]+)=(\"(?<quoted>([^\"\\\\]|\\\\.)*)\"|(?<plain>[^, ]+))", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Parameter();
}
