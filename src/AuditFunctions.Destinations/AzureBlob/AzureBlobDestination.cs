using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Lines;
using AuditFunctions.Destinations.Objects;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Http.Tokens;

namespace AuditFunctions.Destinations.AzureBlob;

/// <summary>A blob of JSON lines for each batch, in a container of Azure Storage.</summary>
internal sealed class AzureBlobDestination : IDestinationType
{
    private static readonly string[] Clouds = [".blob.core.windows.net", ".blob.core.usgovcloudapi.net", ".blob.core.chinacloudapi.cn", ".blob.storage.azure.net"];

    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal) { ["identity"] = [], ["sas"] = ["sas"] };

    /// <inheritdoc/>
    public string Name => "azure-blob";

    /// <inheritdoc/>
    public string Title => "Azure Blob Storage: a compressed blob of JSON lines for each batch.";

    /// <inheritdoc/>
    public string Proof => "201, or 409 because the blob is there already.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Url("https://acme.blob.core.windows.net/audit", "Address of the container."),
        ObjectNames.Column,
        DestinationColumn.Choice("auth", "identity: the app's identity, by a token of Microsoft Entra; sas: a shared access signature.", "identity", "sas"),
        DestinationColumn.Secret("sas", "auth sas: the signature, the query of its address."),
        DestinationColumn.Text("clientId", "auth identity: client id of the user-assigned identity that sends; without it the app's own identity."),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 100,000 to 50,000,000.", 10_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => LinesFormat.Framings;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var url = columns.UrlOf();
        var hasSas = columns["auth"] == "sas";
        columns.CheckAuth(Needs, problems);
        if (CloudHosts.Check(url, "Azure Blob Storage", Clouds, problems)
            && (url.Query.Length > 0 || (!url.IsLoopback && url.AbsolutePath.Trim('/') is "" or "/")))
        {
            problems.Add("url", "must name the container and hold no query, such as https://acme.blob.core.windows.net/audit.");
        }

        if (!hasSas)
        {
            EntraColumns.CheckClientId(columns, problems);
        }
        else if (columns[EntraColumns.ClientId.Name] is not null)
        {
            problems.Add(EntraColumns.ClientId.Name, "is not used by auth 'sas'; remove it.");
        }

        var container = new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/'));
        var protocol = new AzureBlobProtocol(container, ObjectNames.Read(columns, problems), hasSas);
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = $"{container.Authority}{container.AbsolutePath}",
            Url = container,
            Format = new LinesFormat(columns.Number("maxBodyBytes", 100_000, 50_000_000, problems)),
            CreateSender = services => new HttpSender(protocol, services),
            Secrets = columns.Secrets,
            Token = hasSas ? null : new EntraToken("https://storage.azure.com/.default", columns[EntraColumns.ClientId.Name]),
        };
    }
}
