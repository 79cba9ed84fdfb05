using System.Security.Cryptography;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Network;
using AuditFunctions.Http.Tokens;

namespace AuditFunctions.Destinations;

/// <summary>What senders are made with.</summary>
/// <param name="Http">Gives the HTTP client for destinations: no redirects, no cookies, no time-out of its own.</param>
/// <param name="Credentials">The identities that SDK clients sign in with.</param>
/// <param name="Time">The clock.</param>
public sealed record SenderServices(Func<HttpClient> Http, EntraCredentials Credentials, TimeProvider Time)
{
    /// <summary>The destination's own way out over HTTP; null for that of all others.</summary>
    public OwnNetwork? Network { get; init; }

    /// <summary>The folder below which destinations may write files; null where none may.</summary>
    public string? FileFolder { get; init; }

    /// <summary>Standard output.</summary>
    public SharedOutput Output { get; init; } = new(StandardOutput.Open);

    /// <summary>The HTTP client for a request.</summary>
    /// <param name="secrets">The destination's secrets as they are now.</param>
    /// <exception cref="CryptographicException">A secret of the way out is not in PEM.</exception>
    internal HttpClient ClientOf(IReadOnlyDictionary<string, SecretText> secrets) => Network?.ClientOf(NetworkColumns.SecretsOf(secrets)) ?? Http();
}
