using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Basic;

/// <summary>User name and password (RFC 7617).</summary>
internal sealed class BasicAuth(TextTemplate username, TextTemplate password) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "basic",
        "`basic` | `username`, `password` (empty if left out) | `Authorization: Basic …`",
        (reader, _) => new BasicAuth(AuthValue.Required(reader, "username"), reader.Template("password") ?? TextTemplate.OfLiteral("")));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        var value = AuthValue.Basic(AuthValue.Render(username, context.Values), AuthValue.Render(password, context.Values));
        draft.Headers.Add(new("Authorization", value));
        return new((AuthRefusal?)null);
    }
}
