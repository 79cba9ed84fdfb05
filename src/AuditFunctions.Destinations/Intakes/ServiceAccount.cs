using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Http.Signatures;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Signs in to Google's APIs as a service account with a token that the key signs itself, without asking anybody for it (AIP-4111, google.aip.dev, read 2026-11-27).</summary>
internal static class ServiceAccount
{
    private const string Algorithm = "RS256";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>A token for the scope.</summary>
    /// <param name="key">The key file's content.</param>
    /// <param name="column">Its column, for messages.</param>
    /// <param name="scope">What the token is for.</param>
    /// <param name="at">The instant of the request.</param>
    /// <exception cref="CredentialException">The key is not one; the message says how to fix it, without it.</exception>
    public static string Token(SecretText key, string column, string scope, DateTimeOffset at)
    {
        try
        {
            using var file = JsonDocument.Parse(key.Reveal());
            var email = Member(file, "client_email");
            var header = new Dictionary<string, object>(StringComparer.Ordinal) { ["alg"] = Algorithm, ["typ"] = "JWT", ["kid"] = Member(file, "private_key_id") };
            var claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["iss"] = email,
                ["sub"] = email,
                ["scope"] = scope,
                ["iat"] = at.ToUnixTimeSeconds(),
                ["exp"] = (at + Lifetime).ToUnixTimeSeconds(),
            };
            return SignedToken.Write(Algorithm, Member(file, "private_key"), header, claims);
        }
        catch (Exception exception) when (exception is JsonException or SigningException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CredentialException($"The secret of '{column}' is not the key file of a service account: JSON with client_email, private_key_id and private_key. Store the whole file that Google gives.");
        }
    }

    private static string Member(JsonDocument file, string name) => file.RootElement.GetProperty(name).GetString() ?? throw new KeyNotFoundException();
}
