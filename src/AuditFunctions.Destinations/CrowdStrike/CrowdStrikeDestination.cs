using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.SplunkHec;

namespace AuditFunctions.Destinations.CrowdStrike;

/// <summary>CrowdStrike Falcon Next-Gen SIEM by its HEC data connector ("Data Ingestion (HEC)", developer.crowdstrike.com, read 2026-11-26): a preset of Splunk's HEC.</summary>
internal sealed class CrowdStrikeDestination : IDestinationType
{
    // An event of more than 1 MB, with the fields that a parser adds, is cut off, and 200 answered ("Limits and Standards", library.humio.com, read 2026-11-28).
    private const int MostEventBytes = 900_000;

    /// <inheritdoc/>
    public string Name => "crowdstrike-ngsiem";

    /// <inheritdoc/>
    public string Title => "CrowdStrike Falcon Next-Gen SIEM and LogScale by their HEC connector.";

    /// <inheritdoc/>
    public string Proof => $"{HecPreset.Proof.TrimEnd('.')}; with expect, also 200 with that text.";

    /// <inheritdoc/>
    public IReadOnlyList<RowParameter> Columns { get; } =
    [
        DestinationColumn.Url("https://0123456789abcdef0123456789abcdef.ingest.us-1.crowdstrike.com", "The connector's URL, with or without /services/collector."),
        DestinationColumn.Secret("token", "The connector's API key.", required: true),
        DestinationColumn.Text("sourcetype", "Source type, by which a parser may tell events; without it the connector's parser decides."),
        DestinationColumn.Text("expect", "Text that an answer without HEC's code must hold to count as delivered.", example: "\"ok\""),
        DestinationColumn.Flag("gzip", "Whether bodies are sent gzip-compressed.", fallback: true),
        DestinationColumn.Number("maxBodyBytes", "Largest body before compression, in bytes, 100,000 to 5,000,000.", 1_000_000),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, FrameLayout> Framings => HecPreset.Framings;

    /// <inheritdoc/>
    public DestinationDefinition Define(string name, BoundParameters columns, Problems problems)
    {
        var format = new SplunkHecFormat(index: null, columns["sourcetype"], host: null, columns.Number("maxBodyBytes", 100_000, 5_000_000, problems)) { MaxEventBytes = MostEventBytes };
        return HecPreset.Define(name, Name, columns, new HecWords("Bearer", "API key") { MayExpect = true, Expect = columns["expect"] }, format, problems);
    }
}
