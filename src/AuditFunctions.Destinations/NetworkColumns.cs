using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Http.Network;

namespace AuditFunctions.Destinations;

/// <summary>The columns of a way out of one's own, which every kind over HTTP has.</summary>
internal static class NetworkColumns
{
    /// <summary>The column of the certificate authorities.</summary>
    public const string Authorities = "ca";

    /// <summary>The column of our own certificate.</summary>
    public const string Certificate = "certificate";

    /// <summary>Who is trusted and who we are, for every connection with TLS.</summary>
    internal static IReadOnlyList<RowParameter> OfTls { get; } =
    [
        DestinationColumn.Secret(Authorities, "TLS: certificate authorities in PEM, instead of those of the system."),
        DestinationColumn.Secret(Certificate, "TLS: our certificate with its chain and private key, in PEM."),
    ];

    /// <summary>The columns.</summary>
    public static IReadOnlyList<RowParameter> All { get; } =
    [
        DestinationColumn.Text(ProxyAddress.Column, "Proxy that requests go through; without it that of the environment, if there is one.", example: "http://proxy.example.com:3128"),
        DestinationColumn.Secret(ProxyAddress.Credentials, "User name and password for the proxy, with a colon in between."),
        .. OfTls,
    ];

    /// <summary>Those that a kind has beside its own: none without a web address.</summary>
    public static IEnumerable<RowParameter> Of(IDestinationType type) => type.Columns.Any(column => column.Name == "url")
        ? All.Where(column => type.Columns.All(own => own.Name != column.Name))
        : [];

    /// <summary>Gives a destination the way out that its row names.</summary>
    internal static DestinationDefinition Read(DestinationDefinition definition, BoundParameters columns, Problems problems)
    {
        var proxy = ProxyAddress.Read(columns[ProxyAddress.Column], columns.Secrets.ContainsKey(ProxyAddress.Credentials), problems);
        var isOwn = proxy is not null || columns.Secrets.ContainsKey(Authorities) || columns.Secrets.ContainsKey(Certificate);
        return isOwn && definition.Url is not null
            ? definition with { Network = new OwnNetwork(proxy, addresses: null) }
            : definition;
    }

    /// <summary>The secrets among those of a destination.</summary>
    internal static NetworkSecrets SecretsOf(IReadOnlyDictionary<string, SecretText> secrets) =>
        new(secrets.GetValueOrDefault(Authorities), secrets.GetValueOrDefault(Certificate), secrets.GetValueOrDefault(ProxyAddress.Credentials));
}
