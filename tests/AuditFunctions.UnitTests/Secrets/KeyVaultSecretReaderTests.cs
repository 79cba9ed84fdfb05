using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Hosting.Secrets;
using AuditFunctions.Tests.Support;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace AuditFunctions.Tests.Secrets;

/// <summary>What a vault answers, told apart. The vault is a real server on loopback, reached under a vault's name.</summary>
public sealed class KeyVaultSecretReaderTests
{
    [Theory]
    [InlineData(404, "SecretNotFound", null, SecretFailure.Missing, "is not in https://acme.vault.azure.net/: add it there under the name 'okta-prod'.")]
    [InlineData(403, "Forbidden", "ForbiddenByRbac", SecretFailure.Forbidden, "give the app's identity the role 'Key Vault Secrets User'.")]
    [InlineData(403, "Forbidden", "ForbiddenByFirewall", SecretFailure.NetworkRules, "(403 ForbiddenByFirewall): the vault's network rules keep this machine out.")]
    [InlineData(403, "Forbidden", "ForbiddenByConnection", SecretFailure.NetworkRules, "(403 ForbiddenByConnection): the vault's network rules keep this machine out.")]
    [InlineData(403, null, null, SecretFailure.Forbidden, "give the app's identity the role 'Key Vault Secrets User'.")]
    [InlineData(400, "BadParameter", null, SecretFailure.Other, ": 400 BadParameter.")]
    public async Task Each_refusal_has_a_meaning(int status, string? code, string? inner, SecretFailure trouble, string message)
    {
        var body = code is null ? "<html>" : $$$"""{"error":{"code":"{{{code}}}","message":"planted-text"{{{(inner is null ? "" : $$""","innererror":{"code":"{{inner}}"}""")}}}}}""";
        await using var vault = await ScriptedServer.StartAsync(_ => new ScriptedServer.Reply(status, body));

        var thrown = await Assert.ThrowsAsync<SecretException>(() => ReadAsync(vault.BaseUrl, new Signed()));

        Assert.Equal(trouble, thrown.Failure);
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vault_that_does_not_answer_is_trouble_of_the_secret_and_of_nothing_else()
    {
        var thrown = await Assert.ThrowsAsync<SecretException>(() => ReadAsync("http://127.0.0.1:9", new Signed()));
        Assert.Equal(SecretFailure.Unreachable, thrown.Failure);
    }

    [Fact]
    public async Task Nobody_signed_in_is_told()
    {
        var thrown = await Assert.ThrowsAsync<SecretException>(() => ReadAsync("http://127.0.0.1:9", new Unsigned()));
        Assert.Equal(SecretFailure.NoIdentity, thrown.Failure);
    }

    [Fact]
    public async Task A_value_is_read()
    {
        await using var vault = await ScriptedServer.StartAsync(_ => new ScriptedServer.Reply(200, """{"value":"hunter2","id":"https://acme.vault.azure.net/secrets/okta-prod/1"}"""));
        Assert.Equal("hunter2", (await ReadAsync(vault.BaseUrl, new Signed())).Reveal());
        Assert.StartsWith("/secrets/okta-prod?api-version=", Assert.Single(vault.Requests, request => request.Header("Authorization") is not null).PathAndQuery, StringComparison.Ordinal);
    }

    private static async Task<SecretText> ReadAsync(string server, TokenCredential credential)
    {
        using var client = new HttpClient(new ToLoopback(new Uri(server)));
        var options = new SecretClientOptions { Transport = new HttpClientTransport(client) };
        options.Retry.MaxRetries = 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        return await new KeyVaultSecretReader(new SecretClient(new Uri("https://acme.vault.azure.net/"), credential, options)).ReadAsync(new SecretName("okta-prod"), default);
    }

    // The service asks for a token in its first answer; that of the script comes then.
    private sealed class ToLoopback(Uri server) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.Authorization is null)
            {
                var challenge = new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized) { Content = new StringContent(""), RequestMessage = request };
                challenge.Headers.TryAddWithoutValidation("WWW-Authenticate", "Bearer authorization=\"https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001\", resource=\"https://vault.azure.net\"");
                return challenge;
            }

            request.RequestUri = new Uri(server, request.RequestUri!.PathAndQuery);
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Signed : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("planted-token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }

    private sealed class Unsigned : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("none");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("none");
    }
}
