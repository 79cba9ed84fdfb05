using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Http.Signatures;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Jws;

/// <summary>
/// The whole request wrapped in a signed envelope (RFC 7515) that is posted to one address, as Absolute wants it: method, address and query stand in the
/// envelope's heading, the body is its payload.
/// </summary>
/// <param name="tokenId">Names the key.</param>
/// <param name="tokenSecret">Signs.</param>
/// <param name="path">The address that takes envelopes.</param>
internal sealed class JwsAuth(TextTemplate tokenId, TextTemplate tokenSecret, string path) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "jws-envelope",
        "`jws-envelope` | `tokenId`, `tokenSecret`, `path` (where envelopes are posted) | The request itself, signed with HS256 and posted as a whole (Absolute).",
        (reader, _) => new JwsAuth(AuthValue.Required(reader, "tokenId"), AuthValue.Required(reader, "tokenSecret"), reader.Required("path")));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var (values, url) = (context.Values, draft.FullUrl());
        var header = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["alg"] = "HS256",
            ["kid"] = AuthValue.Render(tokenId, values) ?? "",
            ["issuedAt"] = values.Now.ToUnixTimeMilliseconds(),
            ["method"] = draft.Method.Method,
            ["content-type"] = "application/json",
            ["uri"] = url.AbsolutePath,
            ["query-string"] = url.Query.TrimStart('?'),
        };
        var envelope = SignedToken.Write("HS256", AuthValue.Render(tokenSecret, values) ?? "", header, draft.Body ?? "{}"u8.ToArray());
        draft.Wrap(new Uri(url, path), Encoding.ASCII.GetBytes(envelope), "text/plain");
        return new((AuthRefusal?)null);
    }
}
