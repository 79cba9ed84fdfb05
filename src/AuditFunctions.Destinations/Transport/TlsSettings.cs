using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Network;

namespace AuditFunctions.Destinations.Transport;

/// <summary>How connections that are not HTTP are protected. Certificates are always checked.</summary>
/// <param name="ServerName">The name that the other side's certificate must hold.</param>
internal sealed record TlsSettings(string ServerName)
{
    /// <summary>The columns, the same for every kind.</summary>
    public static IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Text("serverName", "TLS: the name that the certificate must hold; without it that of the address."),
        .. NetworkColumns.OfTls,
    ];

    /// <summary>What a handshake needs. The caller disposes the certificates.</summary>
    /// <exception cref="CryptographicException">A secret is not what it should be.</exception>
    public SslClientAuthenticationOptions Options(IReadOnlyDictionary<string, SecretText> secrets, List<X509Certificate2> owned) =>
        TlsOptions.Of(ServerName, secrets.GetValueOrDefault(NetworkColumns.Authorities), secrets.GetValueOrDefault(NetworkColumns.Certificate), owned);
}
