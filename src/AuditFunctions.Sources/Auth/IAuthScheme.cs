using AuditFunctions.Sources.Requests;

namespace AuditFunctions.Sources.Auth;

/// <summary>A way to prove who we are. Immutable; one class per scheme, one line in <see cref="AuthCatalog"/>.</summary>
public interface IAuthScheme
{
    /// <summary>Adds credentials to a request, first asking for a token where the scheme has one.</summary>
    /// <returns>Null when done, else what the token endpoint refused.</returns>
    ValueTask<AuthRefusal?> ApplyAsync(RequestDraft draft, AuthContext context, CancellationToken cancellationToken);
}

/// <summary>What a scheme needs beside its own settings.</summary>
/// <param name="Values">The request's values, secrets among them.</param>
/// <param name="Tokens">Tokens that are still good, shared by all partitions of all sources.</param>
/// <param name="TokenKey">The key of this source's token: changes with its definition.</param>
/// <param name="Client">For the token request.</param>
public sealed record AuthContext(RequestValues Values, TokenCache Tokens, string TokenKey, HttpClient Client);

/// <summary>A token endpoint's refusal.</summary>
/// <param name="StatusCode">HTTP status; 0 when there was no answer.</param>
/// <param name="Reason">What failed, without secrets.</param>
/// <param name="RetryAfter">When to try again, if the endpoint said so.</param>
public sealed record AuthRefusal(int StatusCode, string Reason, TimeSpan? RetryAfter);
