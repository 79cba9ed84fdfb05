using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>Splunk Enterprise and Splunk Cloud by the HTTP Event Collector.</summary>
internal sealed class SplunkHecDestination : IDestinationType
{
    private static readonly string[] Metadata = ["host", "source", "index", "sourcetype"];

    /// <inheritdoc/>
    public string Name => "splunk-hec";

    /// <inheritdoc/>
    public string Title => "Splunk Enterprise and Splunk Cloud by the HTTP Event Collector.";

    /// <inheritdoc/>
    public string Proof => HecPreset.Proof;

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Url("https://http-inputs-acme.splunkcloud.com"),
        DestinationColumn.Secret("token", "HEC token.", required: true),
        DestinationColumn.Text("index", "Index, a pattern; without it the token's default. It must be among the token's allowed indexes.", example: "audit"),
        DestinationColumn.Text("sourcetype", "Source type, a pattern.", "_json"),
        DestinationColumn.Text("source", "Source field of every event, a pattern; without it {source}/{partition}, or {source} with endpoint raw.", example: "auditfunctions:{source}"),
        DestinationColumn.Text("host", "Host field of every event, a pattern; without it the source's name."),
        DestinationColumn.Choice("endpoint", "event: each event in HEC's envelope, with its time and id; raw: the events alone, which the source type breaks into lines and times.", "event", "raw"),
        DestinationColumn.Flag("ack", "Whether the token has indexer acknowledgement: then a body counts as delivered when it is indexed.", fallback: false),
        DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: true),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 100,000 to 50,000,000.", 2_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings { get; } =
        new Dictionary<string, FrameLayout>(HecPreset.Framings) { [HecRawFormat.KindName] = HecRawFormat.Layout };

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var isRaw = columns["endpoint"] == "raw";
        foreach (var column in Metadata)
        {
            HecPattern.Check(columns, column, problems);
        }

        var most = columns.Number("maxBodyBytes", 100_000, 50_000_000, problems);
        IBodyFormat format = isRaw ? new HecRawFormat(most) : new SplunkHecFormat(columns["index"], columns["sourcetype"], columns["host"], most, columns["source"]);
        return HecPreset.Define(name, Name, columns, HecWords.Splunk, format, problems, columns.IsTrue("ack"), isRaw ? RawOf(columns) : null);
    }

    private static HecRaw RawOf(BoundParameters columns) => new([
        .. Metadata
            .Select(name => (name, Value: columns[name] ?? (name is "host" or "source" ? "{source}" : null)))
            .Where(pair => pair.Value is not null)
            .Select(pair => (pair.name, new HecPattern(pair.Value!))),
    ]);
}
