using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth.None;

/// <summary>No credentials, or credentials that the request itself places (LastPass wants them in the body).</summary>
internal sealed class NoAuth : IAuthScheme
{
    /// <summary>Its place in the catalog.</summary>
    public static AuthEntry Entry { get; } = new(
        "none",
        "`none` (default) | | Nothing. The request itself may carry a secret.",
        (_, _) => new NoAuth());

    /// <inheritdoc/>
    public ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken) =>
        new((AuthRefusal?)null);
}
