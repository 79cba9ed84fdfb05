using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Http.Network;

/// <summary>The secrets of a way out of one's own, as they are now; null what it does not have.</summary>
/// <param name="Authorities">Certificate authorities in PEM, instead of those of the system.</param>
/// <param name="Certificate">Our certificate with its chain and private key, in PEM.</param>
/// <param name="ProxyCredentials">User name and password for the proxy, with a colon in between.</param>
public readonly record struct NetworkSecrets(SecretText? Authorities, SecretText? Certificate, SecretText? ProxyCredentials)
{
    /// <summary>Whether nothing was rotated.</summary>
    public bool SameAs(NetworkSecrets other) =>
        Same(Authorities, other.Authorities) && Same(Certificate, other.Certificate) && Same(ProxyCredentials, other.ProxyCredentials);

    private static bool Same(SecretText? one, SecretText? other) => one?.SameAs(other) ?? other is null;
}
