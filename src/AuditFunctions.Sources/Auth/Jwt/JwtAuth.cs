using System.Security.Cryptography;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Jwt;

/// <summary>
/// A token that we sign ourselves and send as bearer: Snowflake's key pair. Bound to the request it also claims the address and the body's hash, as
/// Fireblocks wants it, and is made for each request anew.
/// </summary>
/// <param name="token">Signs it.</param>
/// <param name="isBound">Whether it claims the request.</param>
internal sealed class JwtAuth(JwtClaims token, bool isBound) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "jwt",
        "`jwt` | [below](#signed-statements); `bound` (default `false`) | `Authorization: Bearer …` with a token that is signed here for each request. "
        + "`bound` adds the claims `uri`, `nonce` and `bodyHash` (SHA-256 in hex).",
        (reader, _) => new JwtAuth(new JwtClaims(reader), reader.Flag("bound") ?? false));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        try
        {
            var text = isBound
                ? token.Write(
                    context.Values,
                    jti: null,
                    ("uri", draft.FullUrl().PathAndQuery),
                    ("nonce", context.NewId()),
                    ("bodyHash", Convert.ToHexStringLower(SHA256.HashData(draft.Body ?? []))))
                : token.Write(context.Values, context.NewNumber());
            context.Credentials.Add(new(text));
            draft.Headers.Add(new("Authorization", $"Bearer {text}"));
            return new((AuthRefusal?)null);
        }
        catch (SigningException exception)
        {
            return new(AuthRefusal.OfKey(exception));
        }
    }
}
