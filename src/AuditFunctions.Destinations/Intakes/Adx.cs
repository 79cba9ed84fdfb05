using System.Text.Json;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;
using AuditFunctions.Http.Tokens;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Azure Data Explorer and Fabric Eventhouse by streaming ingestion ("Streaming ingestion HTTP request", learn.microsoft.com, read 2026-11-26).</summary>
internal static class Adx
{
    private static readonly string[] Hosts = [".kusto.windows.net", ".kusto.fabric.microsoft.com", ".kusto.usgovcloudapi.net", ".kusto.chinacloudapi.cn"];

    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "adx",
        Title = "Azure Data Explorer and Fabric Eventhouse by streaming ingestion.",
        Proof = "200 with Kusto's JSON, which holds tables.",
        Columns =
        [
            DestinationColumn.Url("https://acme.westeurope.kusto.windows.net", "Address of the cluster; with Fabric the query URI of the Eventhouse."),
            DestinationColumn.Required("database", "The database.", "security"),
            DestinationColumn.Required("table", "The table.", "AuditEvents"),
            DestinationColumn.Required("mapping", "The table's JSON ingestion mapping.", "audit"),
            EntraColumns.ClientId,
        ],
        Check = (columns, problems) => EntraColumns.Check(columns, columns.UrlOf(), "Azure Data Explorer", Hosts, problems),
        Address = (columns, problems) =>
        {
            var path = $"/v1/rest/ingest/{Uri.EscapeDataString(columns["database"]!)}/{Uri.EscapeDataString(columns["table"]!)}";
            return new Uri($"{WithPath(columns.UrlOf(), path, problems).AbsoluteUri}?streamFormat=MultiJSON&mappingName={Uri.EscapeDataString(columns["mapping"]!)}");
        },
        Credential = (_, secrets) => Bearer(secrets, EntraToken.Key),
        Token = (columns, address) => new EntraToken($"https://{address.Host}/.default", columns[EntraColumns.ClientId.Name]),
        Frames = IntakeLines.Of("adx/1", "Source", "Partition", "EventId", "EventTime", "Event", Origin("Template", "Vendor", "FetchedAt")),
        MostBodyBytes = 4_000_000,
        BodyBytes = 3_000_000,

        // A value of more than 1 MB is cut off, and 200 answered.
        MaxEventBytes = 1_000_000,
        Answer = Read,
    };

    // {"error":{"code":"…","message":"…","@permanent":true}}
    private static SendResult? Read(in HttpAnswer answer)
    {
        using var document = JsonAnswer.Parse(answer.Body);
        if (answer.Status == 200)
        {
            return document?.RootElement.Member("Tables")?.ValueKind == JsonValueKind.Array ? SendResult.Accepted.Instance : HttpStatus.NotItsOwn(200, "without Kusto's tables");
        }

        if (document?.RootElement.Member("error") is not { ValueKind: JsonValueKind.Object } error)
        {
            return null;
        }

        var reason = $"HTTP {answer.Status}, {error.Text("code")}: {error.Text("message")?.TrimEnd('.')}";
        var isPermanent = error.Member("@permanent")?.ValueKind != JsonValueKind.False;
        return answer.Status switch
        {
            400 when !isPermanent => new SendResult.Retry(400, reason),
            400 when error.Text("code") is { } code && (code.Contains("NotFound", StringComparison.Ordinal) || code.Contains("NotExist", StringComparison.Ordinal) || code.Contains("Mapping", StringComparison.Ordinal) || code.Contains("StreamingIngestionPolicy", StringComparison.Ordinal)) =>
                new SendResult.Refused(400, $"{reason}. Check the database, the table, its mapping, and that streaming ingestion is on."),
            400 => new SendResult.Rejected(400, reason),
            401 or 403 => new SendResult.Refused(answer.Status, $"{reason}. Make the identity an ingestor of the table."),
            _ => HttpStatus.Meaning(answer.Status, reason),
        };
    }
}
