using System.Buffers;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Elastic;

/// <summary>Elasticsearch and OpenSearch by <c>_bulk</c>, into a data stream or an index.</summary>
internal sealed class ElasticDestination : IDestinationType
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" \"*\\<|,>/?#:");

    // Which columns each auth needs.
    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal)
    {
        ["api-key"] = ["apiKey"],
        ["basic"] = ["username", "password"],
        ["none"] = [],
    };

    /// <inheritdoc/>
    public string Name => "elastic";

    /// <inheritdoc/>
    public string Title => "Elasticsearch and OpenSearch: a data stream or an index.";

    /// <inheritdoc/>
    public string Proof => "200 with a verdict for each document: created, or there already.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        new("url", "Base address of the cluster; not with cloudId.", ParameterType.Url, Secret: false, Required: false, null, [], "https://acme.es.westeurope.azure.elastic-cloud.com"),
        DestinationColumn.Text("cloudId", "Cloud id of an Elastic Cloud deployment, instead of url."),
        DestinationColumn.Required("index", "Data stream or index.", "logs-audit-default"),
        DestinationColumn.Text("pipeline", "Ingest pipeline; without it the index's own."),
        DestinationColumn.Choice("auth", "How requests prove who we are.", "api-key", "basic", "none"),
        DestinationColumn.Secret("apiKey", "auth api-key: the key in its encoded form."),
        DestinationColumn.Text("username", "auth basic: the user name."),
        DestinationColumn.Secret("password", "auth basic: the password."),
        DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: true),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 100,000 to 50,000,000.", 5_000_000),
        DestinationColumn.Number("maxEvents", "Most documents in a body, 1 to 20,000.", 5_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> UsualColumns => ["url", "apiKey"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings { get; } = new Dictionary<string, FrameLayout> { [ElasticFormat.KindName] = ElasticFormat.Layout };

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var url = UrlOf(columns, problems);
        columns.CheckAuth(Needs, problems);
        var index = columns["index"]!;
        if (index.AsSpan().ContainsAny(NotInNames) || index.StartsWith('_') || index.StartsWith('-') || index.Any(char.IsUpper))
        {
            problems.Add("index", "is no name of a data stream or index: lower case, without spaces and \"*\\<|,>/?#:, not starting with '_' or '-'.");
        }

        var protocol = new ElasticProtocol(url, index, columns["pipeline"], new ElasticAuth(columns["auth"]!, columns["username"]), columns.IsTrue("gzip"));
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = url.Authority,
            Url = url,
            Format = new ElasticFormat(columns.Number("maxBodyBytes", 100_000, 50_000_000, problems), columns.Number("maxEvents", 1, 20_000, problems)),
            CreateSender = services => new HttpSender(protocol, services),
            Secrets = columns.Secrets,
        };
    }

    private static Uri UrlOf(BoundParameters columns, Problems problems)
    {
        var stand = new Uri("https://missing.invalid/");
        switch (columns["url"], columns["cloudId"])
        {
            case (null, null):
                problems.Add("url", "is missing: give the cluster's address, or cloudId.");
                return stand;
            case (not null, not null):
                problems.Add("cloudId", "says the same as url; remove one of them.");
                return stand;
            case (null, { } cloudId):
                if (OfCloudId(cloudId) is { } found)
                {
                    return found;
                }

                problems.Add("cloudId", "is no cloud id: a name, ':' and base64, as the deployment's page shows it.");
                return stand;
            default:
                var url = new Uri(columns["url"]!);
                if (url.Query.Length > 0)
                {
                    problems.Add("url", "must hold no query; write the base address of the cluster.");
                }

                return new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        }
    }

    // name:base64(host[:port]$elasticsearch id$kibana id)
    private static Uri? OfCloudId(string cloudId)
    {
        var bytes = new byte[cloudId.Length];
        if (!Convert.TryFromBase64String(cloudId[(cloudId.LastIndexOf(':') + 1)..], bytes, out var length)
            || Encoding.ASCII.GetString(bytes, 0, length).Split('$') is not [var host, var id, ..] || host.Length == 0 || id.Length == 0)
        {
            return null;
        }

        var port = host.IndexOf(':', StringComparison.Ordinal);
        var address = port < 0 ? $"https://{id}.{host}/" : $"https://{id}.{host[..port]}{host[port..]}/";
        return Uri.TryCreate(address, UriKind.Absolute, out var url) && url.HostNameType == UriHostNameType.Dns ? url : null;
    }
}
