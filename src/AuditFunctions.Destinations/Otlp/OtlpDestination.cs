using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Transport;

namespace AuditFunctions.Destinations.Otlp;

/// <summary>Any receiver of OpenTelemetry logs over HTTP: a collector, or a service that takes OTLP.</summary>
internal sealed class OtlpDestination : IDestinationType
{
    /// <inheritdoc/>
    public string Name => "otlp";

    /// <inheritdoc/>
    public string Title => "OpenTelemetry logs over HTTP: a collector, or a service that takes OTLP.";

    /// <inheritdoc/>
    public string Proof => "200 with an OTLP response that reports no rejected record.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Url("https://otel.example.com", "Base address; /v1/logs is added to one without a path of its own."),
        DestinationColumn.Choice("encoding", "protobuf: the binary form; json: the text form.", "protobuf", "json"),
        DestinationColumn.Text("header", "Name of the header that carries the credential, such as Authorization; needs token.", example: "Authorization"),
        DestinationColumn.Secret("token", "The header's whole value, such as 'Bearer …'; needs header."),
        DestinationColumn.Text("serviceName", "The resource's service.name.", "auditfunctions"),
        DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: true),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 10,000 to 50,000,000.", 2_000_000),
        DestinationColumn.Number("maxEvents", "Most log records in a body, 1 to 100,000.", 10_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings { get; } = new Dictionary<string, FrameLayout>
    {
        [OtlpJsonFormat.KindName] = OtlpJsonFormat.Layout,
        [OtlpProtobufFormat.KindName] = OtlpProtobufFrames.Layout,
    };

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var url = columns.UrlOf();
        var header = columns["header"];
        if (header is null == columns.Secrets.ContainsKey("token"))
        {
            problems.Add(header is null ? "header" : "token", "is missing: header and token belong together.");
        }

        if (header is not null && !RequestHeader.IsName(header))
        {
            problems.Add("header", RequestHeader.Wrong);
        }

        var protobuf = columns["encoding"] == "protobuf";
        var most = columns.Number("maxBodyBytes", 10_000, 50_000_000, problems);
        var events = columns.Number("maxEvents", 1, 100_000, problems);
        var service = columns["serviceName"]!;
        var protocol = new OtlpProtocol(AddressOf(url), header, protobuf, columns.IsTrue("gzip"));
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = url.Authority,
            Url = AddressOf(url),
            Format = protobuf ? new OtlpProtobufFormat(service, most, events) : new OtlpJsonFormat(service, most, events),
            CreateSender = services => new HttpSender(protocol, services),
            Secrets = columns.Secrets,
        };
    }

    // As the exporters of OpenTelemetry do with a base address.
    private static Uri AddressOf(Uri url) => url.AbsolutePath.EndsWith("/v1/logs", StringComparison.Ordinal) || url.Query.Length > 0
        ? url
        : new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/v1/logs");
}
