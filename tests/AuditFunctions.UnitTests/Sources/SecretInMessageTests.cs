using System.Text;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Sources;

/// <summary>No message, cursor or kept page repeats a secret, nor what was exchanged for it.</summary>
public sealed class SecretInMessageTests
{
    private const string Secret = "s3cret/of acme";

    [Fact]
    public async Task A_secret_in_the_path_is_not_shown()
    {
        await using var server = await ScriptedServer.StartAsync(_ => new(404, ""));
        await using var pull = new Pull();
        var told = Pull.Tell(await pull.AskAsync(Define(pull, server, "auth: { scheme: bearer, token: '{key}' }\nrequest: { path: '/v1/{key}/logs' }")));
        Assert.StartsWith("Refused 404: GET /v1/{key}/logs answered 404.", told, StringComparison.Ordinal);
        Assert.Equal("/v1/s3cret%2Fof%20acme/logs", Assert.Single(server.Requests).PathAndQuery);
    }

    [Theory]
    [InlineData("AccessToken-1")]
    [InlineData("QWNjZXNzVG9rZW4tMQ")]           // in base64
    [InlineData("x%252FAccessToken%252D1")]
    [InlineData("s3cret%2Fof%20acme")]
    [InlineData("dTpzM2NyZXQvb2YgYWNtZQ==")]     // u:secret
    public async Task A_cursor_that_holds_a_credential_is_refused(string repeated)
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, request.PathAndQuery == "/token"
            ? """{"access_token":"AccessToken-1"}"""
            : $$"""{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"next":"p2-{{repeated}}"}"""));
        await using var pull = new Pull();
        var told = Pull.Tell(await pull.AskAsync(Define(
            pull,
            server,
            "auth: { scheme: oauth2, tokenUrl: /token, clientId: c, clientSecret: '{key}' }\nevents: { path: data }\npaging: { kind: cursor, path: next }\nrequest: { query: { c: '{cursor}' } }")));
        Assert.StartsWith("Refused 0: the vendor repeats a secret in the cursor of the next page, which would be stored", told, StringComparison.Ordinal);
        Assert.DoesNotContain(repeated, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_kept_because_it_is_broken_holds_no_secret()
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:" + Secret));
        await using var server = await ScriptedServer.StartAsync(_ => new(200, $$"""{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"you":"{{Secret}}","auth":"Basic {{basic}}" """));
        await using var pull = new Pull();
        var failed = Assert.IsType<PageResult.Failed>(await pull.AskAsync(Define(pull, server, "auth: { scheme: basic, username: ada, password: '{key}' }\nevents: { path: data }")));
        using var broken = failed.Broken;
        var kept = Encoding.UTF8.GetString(broken!.Bytes.Span);
        Assert.StartsWith("""{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"you":"**************","auth":"Basic """, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(basic, kept, StringComparison.Ordinal);
        Assert.Equal(1, broken.Cut.Count);
    }

    [Fact]
    public async Task A_signature_that_a_vendor_repeats_is_neither_shown_nor_kept()
    {
        await using var server = await ScriptedServer.StartAsync(request => new(200, $$"""{"data":[{"id":1,"at":"2026-01-01T00:00:00Z"}],"you":"{{request.Header("Authorization")}}" """));
        await using var pull = new Pull();
        var failed = Assert.IsType<PageResult.Failed>(await pull.AskAsync(Define(
            pull, server, "auth: { scheme: aws-signature, accessKeyId: AKID, secretAccessKey: '{key}', region: eu-west-1, service: execute-api }\nevents: { path: data }")));
        using var broken = failed.Broken;
        var signature = server.Requests[0].Header("Authorization")!.Split("Signature=")[1];
        Assert.Matches("^[0-9a-f]{64}$", signature);
        var kept = Encoding.UTF8.GetString(broken!.Bytes.Span);
        Assert.Contains("SignedHeaders=host;x-amz-date, Signature=****", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(signature[..10], kept, StringComparison.Ordinal);
    }

    private static SourceDefinition Define(Pull pull, ScriptedServer server, string yaml)
    {
        pull.SetSecret("key", Secret);
        return Pull.DefineYaml(server.BaseUrl, $"parameters: {{ key: {{ description: Key., secret: true }} }}\n{yaml}\nid: id\ntime: at", ("key", "secret:key"));
    }
}
