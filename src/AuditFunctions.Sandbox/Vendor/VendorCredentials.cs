using System.Collections.Concurrent;

namespace AuditFunctions.Sandbox;

/// <summary>The secrets that a <see cref="SandboxVendor"/> accepts, and the access tokens that it issued.</summary>
public sealed class VendorCredentials
{
    private readonly SandboxVendorOptions _options;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _accessTokens = new(StringComparer.Ordinal);
    private volatile HashSet<string> _accepted;
    private int _issued;

    internal VendorCredentials(SandboxVendorOptions options)
    {
        _options = options;
        _accepted = options.Token is null ? [] : [options.Token];
    }

    /// <summary>OAuth access tokens issued so far.</summary>
    public int AccessTokensIssued => Volatile.Read(ref _issued);

    /// <summary>Accepts exactly these tokens (and OAuth client secrets) from now on. Access tokens issued before stay valid.</summary>
    public void AcceptOnly(params IEnumerable<string> tokens) => _accepted = [.. tokens];

    /// <summary>Ends every access token issued so far, as if the session had been closed.</summary>
    public void RevokeAccessTokens() => _accessTokens.Clear();

    /// <summary>True when the header is one of the schemes, a blank and an accepted token.</summary>
    internal bool AcceptsToken(string authorization, params ReadOnlySpan<string> schemes) =>
        _options.Token is null || (TokenIn(authorization, schemes) is { } token && _accepted.Contains(token));

    /// <summary>True when the header carries an access token that is still valid.</summary>
    internal bool AcceptsAccessToken(string authorization) =>
        _options.Token is null || (TokenIn(authorization, "Bearer") is { } token
            && _accessTokens.TryGetValue(token, out var endsAt) && endsAt > _options.Time.GetUtcNow());

    /// <summary>Issues an access token for a client id and secret, or none.</summary>
    internal string? Issue(string? clientId, string? clientSecret)
    {
        if (_options.Token is not null && (clientId != _options.ClientId || clientSecret is null || !_accepted.Contains(clientSecret)))
        {
            return null;
        }

        var token = $"access-{Interlocked.Increment(ref _issued)}";
        _accessTokens[token] = _options.Time.GetUtcNow() + _options.AccessTokenLife;
        return token;
    }

    private static string? TokenIn(string authorization, params ReadOnlySpan<string> schemes)
    {
        foreach (var scheme in schemes)
        {
            if (authorization.StartsWith(scheme + " ", StringComparison.OrdinalIgnoreCase))
            {
                return authorization[(scheme.Length + 1)..];
            }
        }

        return null;
    }
}
