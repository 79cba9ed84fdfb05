using AuditFunctions.Pipeline.Definitions;
using AuditFunctions.Pipeline.Sources.Rows;
using AuditFunctions.Pipeline.Sources.Templates;

namespace AuditFunctions.Pipeline.Destinations.SplunkHec;

/// <summary>Splunk Enterprise and Splunk Cloud by the HTTP Event Collector.</summary>
public sealed class SplunkHecDestination : IDestinationType
{
    /// <inheritdoc/>
    public string Name => "splunk-hec";

    /// <inheritdoc/>
    public IReadOnlyList<TemplateParameter> Columns { get; } =
    [
        DestinationColumn.Secret("token", "HEC token.", required: true),
        DestinationColumn.Text("index", "Index; without it the token's default. It must be among the token's allowed indexes.", example: "audit"),
        DestinationColumn.Text("sourcetype", "Source type.", "_json"),
        DestinationColumn.Text("host", "Host field of every event; without it the source's name."),
        DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: true),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 100,000 to 50,000,000.", 2_000_000),
    ];

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, Uri url, BoundParameters columns, Problems problems)
    {
        if (url.AbsolutePath.Contains("/services/collector", StringComparison.Ordinal) || url.Query.Length > 0)
        {
            problems.Add("url", "must be the base address, such as https://http-inputs-acme.splunkcloud.com; the path is added.");
        }

        var format = new SplunkHecFormat(
            columns["index"],
            columns["sourcetype"],
            columns["host"],
            columns.Number("maxBodyBytes", 100_000, 50_000_000, problems));
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Url = new Uri(url.AbsoluteUri.TrimEnd('/') + "/"),
            Format = format,
            Delivery = new SplunkHecDelivery(columns.IsTrue("gzip")),
            Secrets = columns.Secrets,
        };
    }
}
