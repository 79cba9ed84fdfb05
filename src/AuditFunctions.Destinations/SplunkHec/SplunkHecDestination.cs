using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Destinations.SplunkHec;

/// <summary>Splunk Enterprise and Splunk Cloud by the HTTP Event Collector.</summary>
public sealed class SplunkHecDestination : IDestinationType
{
    /// <inheritdoc/>
    public string Name => "splunk-hec";

    /// <inheritdoc/>
    public string ExampleUrl => "https://http-inputs-acme.splunkcloud.com";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
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
        if (url.Query.Length > 0)
        {
            problems.Add("url", "must hold no query; write the base address, such as https://http-inputs-acme.splunkcloud.com.");
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
            Url = BaseOf(url),
            Format = format,
            Delivery = new SplunkHecDelivery(columns.IsTrue("gzip")),
            Secrets = columns.Secrets,
        };
    }

    // People paste the whole endpoint as often as its base.
    private static Uri BaseOf(Uri url)
    {
        var text = url.GetLeftPart(UriPartial.Path);
        var path = text.IndexOf("/services/collector", StringComparison.Ordinal);
        return new Uri((path < 0 ? text : text[..path]).TrimEnd('/') + "/");
    }
}
