using AuditFunctions.Configuration;
using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.Bearer;

/// <summary>A token that is sent as it is (RFC 6750).</summary>
internal sealed class BearerAuth(TextTemplate token) : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "bearer",
        "`bearer` | `token` | `Authorization: Bearer …`",
        (reader, _) => new BearerAuth(AuthValue.Required(reader, "token")));

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken)
    {
        if (AuthValue.Render(token, context.Values) is { } text)
        {
            draft.Headers.Add(new("Authorization", $"Bearer {text}"));
        }

        return new((AuthRefusal?)null);
    }
}
