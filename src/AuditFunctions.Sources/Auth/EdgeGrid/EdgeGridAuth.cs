using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.EdgeGrid;

/// <summary>Akamai's EdgeGrid signature, EG1-HMAC-SHA256 (techdocs.akamai.com/developer, "Authenticate with EdgeGrid", read 2026-11-26).</summary>
/// <param name="clientToken">Names the client.</param>
/// <param name="accessToken">Names what it may do.</param>
/// <param name="clientSecret">Signs.</param>
internal sealed class EdgeGridAuth(TextTemplate clientToken, TextTemplate accessToken, TextTemplate clientSecret) : IAuthScheme
{
    // More of a body is not signed.
    private const int MaxSignedBytes = 131_072;

    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "edgegrid",
        "`edgegrid` | `clientToken`, `accessToken`, `clientSecret` | `Authorization: EG1-HMAC-SHA256 …` (Akamai).",
        (reader, _) => new EdgeGridAuth(AuthValue.Required(reader, "clientToken"), AuthValue.Required(reader, "accessToken"), AuthValue.Required(reader, "clientSecret")));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        var time = values.Now.UtcDateTime.ToString("yyyyMMdd'T'HH:mm:ss'+0000'", CultureInfo.InvariantCulture);
        var head = $"EG1-HMAC-SHA256 client_token={AuthValue.Render(clientToken, values)};access_token={AuthValue.Render(accessToken, values)};timestamp={time};nonce={context.NewId()};";
        draft.Headers.Add(new("Authorization", $"{head}signature={Sign(draft, head, time, AuthValue.Render(clientSecret, values) ?? "")}"));
        return new((AuthRefusal?)null);
    }

    /// <summary>The signature in Base64.</summary>
    internal static string Sign(RequestDraft draft, string head, string time, string secret)
    {
        var url = draft.FullUrl();
        var content = draft.Method == HttpMethod.Post && draft.Body is { Length: > 0 } body
            ? Convert.ToBase64String(SHA256.HashData(body.AsSpan(0, Math.Min(body.Length, MaxSignedBytes))))
            : "";
        var text = string.Join('\t', draft.Method.Method, url.Scheme, url.Authority, url.PathAndQuery, "", content, head);
        return Mac(Mac(secret, time), text);
    }

    private static string Mac(string key, string text) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
}
