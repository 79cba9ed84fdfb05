using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Network;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>The HTTP clients for vendors: one for all of them, and one for each source with a way out of its own. Thread safe.</summary>
public sealed class VendorNetworks(IHttpClientFactory clients, AddressRules addresses)
{
    /// <summary>The name of the HTTP client for all: no redirects, no cookies, no time-out of its own.</summary>
    public const string ClientName = "vendor";

    // A client lives as long as its row stays as it is.
    private readonly ConditionalWeakTable<NetworkDefinition, OwnNetwork> _own = [];

    /// <summary>Makes what sits between a client of a source's own and the network; null for nothing.</summary>
    public Func<DelegatingHandler>? Between { get; init; }

    /// <summary>The client for a source's requests.</summary>
    /// <param name="network">The source's own way out; null for that of all.</param>
    /// <param name="secrets">The secrets of that, as they are now, by column.</param>
    /// <exception cref="CryptographicException">A secret is not in PEM.</exception>
    public HttpClient ClientOf(NetworkDefinition? network, IReadOnlyDictionary<string, SecretText> secrets) => network is null
        ? clients.CreateClient(ClientName)
        : _own.GetValue(network, own => new OwnNetwork(own.Proxy, addresses) { Between = Between }).ClientOf(new NetworkSecrets(
            secrets.GetValueOrDefault(SourceColumns.Authorities),
            secrets.GetValueOrDefault(SourceColumns.ClientCertificate),
            secrets.GetValueOrDefault(SourceColumns.ProxyCredentials)));
}
