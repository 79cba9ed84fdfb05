using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>Splunk Enterprise and Splunk Cloud by the HTTP Event Collector.</summary>
public sealed class SplunkHecDestination : IDestinationType
{
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
        DestinationColumn.Text("index", "Index; without it the token's default. It must be among the token's allowed indexes.", example: "audit"),
        DestinationColumn.Text("sourcetype", "Source type.", "_json"),
        DestinationColumn.Text("host", "Host field of every event; without it the source's name."),
        DestinationColumn.Flag("ack", "Whether the token has indexer acknowledgement: then a body counts as delivered when it is indexed.", fallback: false),
        DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: true),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 100,000 to 50,000,000.", 2_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => HecPreset.Framings;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var format = new SplunkHecFormat(columns["index"], columns["sourcetype"], columns["host"], columns.Number("maxBodyBytes", 100_000, 50_000_000, problems));
        return HecPreset.Define(name, Name, columns, HecWords.Splunk, format, problems, columns.IsTrue("ack"));
    }
}
