using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuditFunctions.Configuration.Secrets;

namespace AuditFunctions.Http.Network;

/// <summary>What a TLS handshake needs beside the other side's name. Certificates are always checked.</summary>
public static class TlsOptions
{
    /// <summary>What secrets that are not what they should be mean, in words.</summary>
    /// <param name="authorities">The column of the authorities.</param>
    /// <param name="certificate">The column of our own certificate.</param>
    public static string NotPem(string authorities, string certificate) =>
        $"The secret of column {authorities} or {certificate} is not in PEM; a certificate needs its private key beside it, without a password.";

    /// <summary>Makes the options.</summary>
    /// <param name="serverName">The name that the other side's certificate must hold; null where the client knows it.</param>
    /// <param name="authorities">Certificate authorities in PEM, instead of those of the system; null for those.</param>
    /// <param name="certificate">Our certificate with its chain and private key, in PEM; null for none.</param>
    /// <param name="owned">Takes the certificates, which the caller disposes of.</param>
    /// <exception cref="CryptographicException">A secret is not what it should be.</exception>
    public static SslClientAuthenticationOptions Of(string? serverName, SecretText? authorities, SecretText? certificate, List<X509Certificate2> owned)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = serverName };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPem(authorities.Reveal());
            if (policy.CustomTrustStore.Count == 0)
            {
                throw new CryptographicException("no certificate");
            }

            owned.AddRange(policy.CustomTrustStore);
            options.CertificateChainPolicy = policy;
        }

        if (certificate is not null)
        {
            using var read = X509Certificate2.CreateFromPem(certificate.Reveal(), certificate.Reveal());

            // A key that was just read cannot be used for TLS on every system.
            var usable = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pfx), null);
            owned.Add(usable);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate.Reveal());
            owned.AddRange(chain);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(usable, chain, offline: true);
        }

        return options;
    }
}
