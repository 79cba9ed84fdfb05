using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Signs in to Google's APIs as a service account with a token that the key signs itself, without asking anybody for it (AIP-4111, google.aip.dev, read 2026-11-27).</summary>
internal static class ServiceAccount
{
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
            var (email, id, pem) = (Member(file, "client_email"), Member(file, "private_key_id"), Member(file, "private_key"));
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            var header = $$"""{"alg":"RS256","typ":"JWT","kid":{{id}}}""";
            var claims = $$"""{"iss":{{email}},"sub":{{email}},"scope":{{Quoted(scope)}},"iat":{{at.ToUnixTimeSeconds()}},"exp":{{(at + Lifetime).ToUnixTimeSeconds()}}}""";
            var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
            return $"{text}.{Base64Url.EncodeToString(rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or CryptographicException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CredentialException($"The secret of '{column}' is not the key file of a service account: JSON with client_email, private_key_id and private_key. Store the whole file that Google gives.");
        }
    }

    // The key itself as it is, the others as JSON texts.
    private static string Member(JsonDocument file, string name)
    {
        var text = file.RootElement.GetProperty(name).GetString() ?? throw new KeyNotFoundException();
        return name == "private_key" ? text : Quoted(text);
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
