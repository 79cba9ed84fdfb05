using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Http.Tokens;

namespace AuditFunctions.Destinations.Sentinel;

/// <summary>A table of the Log Analytics workspace that Microsoft Sentinel reads, by the Logs Ingestion API.</summary>
internal sealed class SentinelDestination : IDestinationType
{
    // Both a data collection endpoint's address and that of a rule without one end like this. A token must never be sent anywhere else, whatever a row says.
    private static readonly string[] Clouds = ["monitor.azure.com", "monitor.azure.us", "monitor.azure.cn"];

    /// <inheritdoc/>
    public string Name => "sentinel";

    /// <inheritdoc/>
    public string Title => "A table of the Log Analytics workspace that Microsoft Sentinel reads, by the Logs Ingestion API.";

    /// <inheritdoc/>
    public string Proof => "204.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Url("https://acme-a1b2.westeurope-1.ingest.monitor.azure.com"),
        DestinationColumn.Required("ruleId", "Immutable id of the data collection rule: dcr- and 32 hex digits.", "dcr-0123456789abcdef0123456789abcdef"),
        DestinationColumn.Required("stream", "Stream of the rule: Custom- and, in most cases, the table's name.", "Custom-AuditFunctions_CL"),
        EntraColumns.ClientId,
        DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: true),
        DestinationColumn.Number("maxBodyBytes", "Largest body, in bytes, 100,000 to 1,000,000; holds before and after compression.", 1_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings { get; } = new Dictionary<string, FrameLayout>
    {
        [SentinelFormat.KindName] = new JsonFrames
        {
            Order = FrameOrder.Elements,
            Event = new JsonPlace("Event"),
            Wrap = EventWrap.Start.ToArray(),
            Id = new JsonPlace("EventId"),
            Time = new JsonPlace("EventTime"),
        },
    };

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var url = columns.UrlOf();
        var cloud = Array.Find(Clouds, cloud => url.Host.EndsWith(".ingest." + cloud, StringComparison.OrdinalIgnoreCase)) ?? (url.IsLoopback ? Clouds[0] : null);
        if (cloud is null)
        {
            problems.Add("url", $"is no address of the Logs Ingestion API; its host ends in {string.Join(" or ", Clouds.Select(known => ".ingest." + known))}.");
        }

        if (url.Query.Length > 0)
        {
            problems.Add("url", "must hold no query; write the endpoint's address, such as https://acme-ab12.westeurope-1.ingest.monitor.azure.com.");
        }

        var rule = columns["ruleId"]!;
        if (!rule.StartsWith("dcr-", StringComparison.Ordinal) || !Guid.TryParseExact(rule[4..], "N", out _))
        {
            problems.Add("ruleId", "is no immutable id of a data collection rule: dcr- and 32 hex digits. 'az monitor data-collection rule show' names it immutableId.");
        }

        var stream = columns["stream"]!;
        if (!stream.StartsWith("Custom-", StringComparison.Ordinal) || stream.Length is < 8 or > 100 || !stream.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            problems.Add("stream", "is no stream of a data collection rule for custom logs: Custom- and letters, digits, '-' and '_', such as Custom-AuditFunctions_CL.");
        }

        EntraColumns.CheckClientId(columns, problems);

        var protocol = new SentinelProtocol(BaseOf(url), rule, stream, columns.IsTrue("gzip"));
        return new DestinationDefinition
        {
            Name = name,
            Type = Name,
            Address = url.Authority,
            Url = BaseOf(url),
            Format = new SentinelFormat(columns.Number("maxBodyBytes", 100_000, 1_000_000, problems)),
            CreateSender = services => new HttpSender(protocol, services),
            Secrets = columns.Secrets,
            Token = new EntraToken($"https://{cloud}/.default", columns[EntraColumns.ClientId.Name]),
        };
    }

    // People paste the whole address as often as the endpoint's.
    private static Uri BaseOf(Uri url)
    {
        var text = url.GetLeftPart(UriPartial.Path);
        var path = text.IndexOf("/dataCollectionRules", StringComparison.OrdinalIgnoreCase);
        return new Uri((path < 0 ? text : text[..path]).TrimEnd('/') + "/");
    }
}
