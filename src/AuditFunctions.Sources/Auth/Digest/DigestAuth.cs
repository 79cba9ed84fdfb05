using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Http;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Digest;

/// <summary>
/// User name and password that are proved and not sent (RFC 7616): each request is made twice, the first time to be asked for the proof. Servers count
/// how often a nonce is used, and instances do not share a count.
/// </summary>
/// <param name="username">The user name.</param>
/// <param name="password">The password.</param>
internal sealed class DigestAuth(TextTemplate username, TextTemplate password) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "digest",
        "`digest` | `username`, `password` | `Authorization: Digest …` (RFC 7616, MD5 and SHA-256); each request is made twice.",
        (reader, _) => new DigestAuth(AuthValue.Required(reader, "username"), AuthValue.Required(reader, "password")));

    /// <inheritdoc/>
    public async ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        using var first = draft.ToMessage();
        try
        {
            using var response = await context.SendAsync(first, cancellationToken);
            if ((int)response.StatusCode == 401)
            {
                if (DigestChallenge.Of(response) is not { } challenge)
                {
                    const string Unknown = "the vendor asks for no proof by digest that is known here (MD5 or SHA-256, qop auth)";
                    return new AuthRefusal(401, Unknown, null) { Advice = "Choose another auth.scheme." };
                }

                draft.Headers.Add(new("Authorization", Proof(challenge, draft, context.Values)));
            }

            // Whatever else it answered, it answers once more to the request itself.
            return null;
        }
        catch (HttpRequestException exception)
        {
            return new AuthRefusal(0, $"no answer: {ConnectionFailure.InWords(exception, first.RequestUri!)}", null);
        }
    }

    private string Proof(DigestChallenge challenge, RequestDraft draft, RequestValues values)
    {
        const string Count = "00000001";
        var (name, secret) = (AuthValue.Render(username, values) ?? "", AuthValue.Render(password, values) ?? "");
        var uri = draft.FullUrl().PathAndQuery;

        // Nobody can foresee it, as it is made of the password; and it differs from request to request, as the nonce does.
        var own = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{challenge.Nonce}:{secret}:{uri}:{values.Now.UtcTicks}")))[..16];
        var user = Hash(challenge, $"{name}:{challenge.Realm}:{secret}");
        user = challenge.IsSession ? Hash(challenge, $"{user}:{challenge.Nonce}:{own}") : user;
        var asked = Hash(challenge, $"{draft.Method}:{uri}");
        var proof = Hash(challenge, challenge.HasQop ? $"{user}:{challenge.Nonce}:{Count}:{own}:auth:{asked}" : $"{user}:{challenge.Nonce}:{asked}");
        var text = new StringBuilder($"Digest username={Quoted(name)}, realm={Quoted(challenge.Realm)}, nonce={Quoted(challenge.Nonce)}");
        text.Append(CultureInfo.InvariantCulture, $", uri=\"{uri}\", response=\"{proof}\"");
        _ = challenge.Algorithm is { } algorithm ? text.Append(CultureInfo.InvariantCulture, $", algorithm={algorithm}") : text;
        _ = challenge.HasQop ? text.Append(CultureInfo.InvariantCulture, $", qop=auth, nc={Count}, cnonce=\"{own}\"") : text;
        _ = challenge.Opaque is { } opaque ? text.Append(CultureInfo.InvariantCulture, $", opaque={Quoted(opaque)}") : text;
        return text.ToString();
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    [SuppressMessage("Security", "CA5351", Justification = "The server chooses; RFC 7616 keeps MD5 for those that know nothing else.")]
    private static string Hash(DigestChallenge challenge, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(challenge.IsSha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }
}
