using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Entra;

/// <summary>
/// The app's own identity (managed identity, workload identity, or a developer's login) for Microsoft's APIs: no secret at all. A token goes only to the
/// hosts of the API that it is for, so that no row can send the app's identity elsewhere.
/// </summary>
/// <param name="api">Which API.</param>
/// <param name="clientId">Client id of a user-assigned identity; null for the app's own.</param>
internal sealed class EntraAuth(EntraApi api, string? clientId) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "entra-identity",
        "`entra-identity` | `api` (`graph`, `office365-management`, `azure-management`, `defender`, `power-bi` or `azure-devops`); `clientId` (of a user-assigned identity) | "
        + "`Authorization: Bearer …` with a token of the app's own identity: no secret. Only to that API's hosts.",
        (reader, baseUrl) => Read(reader, baseUrl));

    /// <inheritdoc/>
    public async ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        if (!api.Allows(draft.Url))
        {
            return new AuthRefusal(401, $"a token for '{api.Name}' is not sent to {draft.Url.Host}", null) { Advice = api.Advice };
        }

        try
        {
            var token = await context.Identity.GetAsync(new EntraToken(api.ScopeOf(draft.Url), clientId), context.Read, cancellationToken);
            context.Credentials.Add(token);
            draft.Headers.Add(new("Authorization", $"Bearer {token.Reveal()}"));
            return null;
        }
        catch (SecretException exception)
        {
            return new AuthRefusal(401, exception.Message.TrimEnd('.'), null) { Advice = "Then grant it the right to read these logs." };
        }
    }

    private static EntraAuth Read(SettingReader reader, string baseUrl)
    {
        var name = reader.Choice("api", [.. EntraApi.All.Select(one => one.Name)]);
        var api = EntraApi.All.First(one => one.Name == name);
        if (Uri.TryCreate(baseUrl, UriKind.Absolute, out var url) && url.Host != "missing.invalid" && !api.Allows(url))
        {
            reader.Problems.Add(reader.At("api"), $"is '{name}', whose token is not sent to '{url.Host}'. {api.Advice}");
        }

        return new EntraAuth(api, reader.Text("clientId"));
    }
}
