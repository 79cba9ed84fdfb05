using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Http;

/// <summary>How requests to an HTTP destination prove who we are.</summary>
internal sealed class HttpAuth(string kind, string? header, string? username)
{
    private const string Prefix = "whsec_";

    /// <summary>Adds credentials, or a signature over <paramref name="content"/>, the bytes on the wire.</summary>
    public void Apply(HttpRequestMessage message, SendBody body, ReadOnlySpan<byte> content, IReadOnlyDictionary<string, SecretText> secrets)
    {
        switch (kind)
        {
            case "bearer":
                Add(message, "Authorization", "Bearer " + secrets["token"].Reveal());
                break;
            case "basic":
                var pair = Encoding.UTF8.GetBytes($"{username}:{secrets["password"].Reveal()}");
                Add(message, "Authorization", "Basic " + Convert.ToBase64String(pair));
                break;
            case "header":
                Add(message, header!, secrets["token"].Reveal());
                break;
            case "hmac":
                var sentAt = body.SentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
                Add(message, "webhook-timestamp", sentAt);
                Add(message, "webhook-signature", "v1," + Sign(secrets["secret"], body.BatchId, sentAt, content));
                break;
        }
    }

    /// <summary>Whether a signature over the content is needed.</summary>
    public bool Signs => kind == "hmac";

    /// <summary>
    /// The signature of Standard Webhooks (standard-webhooks.md, read 2026-11-21): base64 of HMAC-SHA256 over
    /// <c>id.timestamp.body</c>; the key is the base64 after <c>whsec_</c>, or the text itself.
    /// </summary>
    /// <exception cref="CredentialException">What stands there is no base64.</exception>
    public static string Sign(SecretText secret, string id, string sentAt, ReadOnlySpan<byte> content)
    {
        var text = secret.Reveal();
        var key = text.StartsWith(Prefix, StringComparison.Ordinal) ? KeyOf(text[Prefix.Length..]) : Encoding.UTF8.GetBytes(text);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{sentAt}."));
        hmac.AppendData(content);
        return Convert.ToBase64String(hmac.GetHashAndReset());
    }

    private static byte[] KeyOf(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw new CredentialException($"The secret of 'secret' starts with {Prefix}, and what stands behind it is no base64. Store it again as the receiver shows it, or any text without {Prefix}.");
        }
    }

    private static void Add(HttpRequestMessage message, string name, string value) => message.Headers.TryAddWithoutValidation(name, value);
}
