using System.Text.Json;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Sources.Auth.OAuth2;

/// <summary>What a token endpoint answered (RFC 6749, section 5.1).</summary>
/// <param name="Access">The access token; null when there is none.</param>
/// <param name="Life">How long it is good.</param>
/// <param name="Refresh">A refresh token, if one came.</param>
/// <param name="Refusal">Why there is none.</param>
internal sealed record TokenAnswer(SecretText? Access, TimeSpan Life, SecretText? Refresh, AuthRefusal? Refusal)
{
    // When the vendor names no lifetime: short enough for every vendor that we know.
    private static readonly TimeSpan DefaultLife = TimeSpan.FromMinutes(30);

    /// <summary>No token.</summary>
    public static TokenAnswer Of(AuthRefusal refusal) => new(null, default, null, refusal);

    /// <summary>Reads the body of an answer.</summary>
    public static TokenAnswer Read(byte[] body, Uri url)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.TryGetProperty("access_token", out var token) && token.GetString() is { Length: > 0 } value)
            {
                var life = root.TryGetProperty("expires_in", out var seconds)
                    && double.TryParse(seconds.ToString(), out var count) && count is > 0 and < 31_536_000
                    ? TimeSpan.FromSeconds(count)
                    : DefaultLife;
                var refresh = root.TryGetProperty("refresh_token", out var next) && next.ValueKind == JsonValueKind.String && next.GetString() is { Length: > 0 } text
                    ? new SecretText(text)
                    : null;
                return new TokenAnswer(new SecretText(value), life, refresh, null);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Reported below: the answer itself may hold a token and is not repeated.
        }

        return Of(new AuthRefusal(0, $"the answer of {url.GetLeftPart(UriPartial.Path)} holds no access_token", null));
    }
}
