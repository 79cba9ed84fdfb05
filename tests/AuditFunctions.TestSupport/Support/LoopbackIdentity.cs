using System.Globalization;
using System.Text.Json;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Sandbox;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Tests.Support;

/// <summary>
/// An identity that asks a real token endpoint on loopback, in the words of a function app's managed identity. Azure.Identity finds that endpoint in the
/// process's environment only; a child process shows that it does.
/// </summary>
internal sealed class LoopbackIdentity(IConfiguration configuration, string? clientId) : TokenCredential
{
    /// <summary>The setting that names the endpoint; may change while an installation runs.</summary>
    public const string Setting = "Test:IdentityEndpoint";

    private static readonly HttpClient Client = new();

    /// <summary>Identities of an installation.</summary>
    public static EntraCredentials Of(IConfiguration configuration) => clientId => new LoopbackIdentity(configuration, clientId);

    /// <summary>Makes an installation ask a SIEM's identity.</summary>
    public static void Use(IConfiguration configuration, SandboxSiem siem) => configuration[Setting] = new Uri(siem.BaseUrl, SiemIdentity.Path).AbsoluteUri;

    /// <inheritdoc/>
    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var endpoint = configuration[Setting] ?? throw new CredentialUnavailableException("no identity here");
        var resource = requestContext.Scopes[0].Replace("/.default", "", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{endpoint}?api-version=2019-08-01&resource={resource}{(clientId is null ? "" : "&client_id=" + clientId)}");
        request.Headers.Add("X-IDENTITY-HEADER", "sandbox-identity");
        using var response = await Client.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new AuthenticationFailedException(text);
        }

        var answer = JsonDocument.Parse(text).RootElement;
        var endsAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(answer.GetProperty("expires_on").GetString()!, CultureInfo.InvariantCulture));
        return new AccessToken(answer.GetProperty("access_token").GetString()!, endsAt);
    }

    /// <inheritdoc/>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();
}
