using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Datadog's log intake ("Send logs", docs.datadoghq.com, read 2026-11-21).</summary>
internal static class Datadog
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "datadog",
        Title = "Datadog Logs and Cloud SIEM.",
        Proof = "202 without an error inside.",
        Columns =
        [
            .. Regions("site", "Datadog site.", "datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu", "ap1.datadoghq.com", "ap2.datadoghq.com", "uk1.datadoghq.com", "ddog-gov.com", "us2.ddog-gov.com"),
            DestinationColumn.Secret("apiKey", "API key.", required: true),
            DestinationColumn.Text("ddsource", "Log source, by which Datadog chooses a pipeline, such as okta.", "auditfunctions"),
            DestinationColumn.Text("tags", "Tags of every event, key:value with commas between.", example: "env:prod,team:security"),
        ],
        UsualColumns = ["site"],
        Address = (columns, problems) =>
        {
            var address = AddressOf(columns, problems, $"https://http-intake.logs.{columns["site"]}", "/api/v2/logs");
            var tags = columns["tags"] is { } given ? $"&ddtags={Uri.EscapeDataString(given)}" : "";
            return new Uri($"{address.AbsoluteUri}?ddsource={Uri.EscapeDataString(columns["ddsource"]!)}{tags}");
        },
        Credential = (_, secrets) => [("DD-API-KEY", secrets["apiKey"].Reveal())],
        Frames = new IntakeFrames
        {
            Kind = "datadog/1",
            Frame =
            [
                Part("{\"service\":\"", IntakeField.Source), Part("\",\"audit_partition\":\"", IntakeField.Partition), .. Origin(), Part("\",\"audit_id\":\"", IntakeField.Id, "\""),
                Part(",\"timestamp\":", IntakeField.Milliseconds), Part(",\"audit_time\":\"", IntakeField.Instant, "\""), Part(",\"message\":\"", IntakeField.Text),
            ],
            Close = "\"}"u8.ToArray(),
            Separator = ","u8.ToArray(),
            Open = "["u8.ToArray(),
            End = "]"u8.ToArray(),
            Layout = new JsonFrames
            {
                Order = FrameOrder.Elements,
                Event = new JsonPlace("message"),
                Encoding = EventEncoding.Text,
                Id = new JsonPlace("audit_id"),
                Time = new JsonPlace("audit_time"),
            },
        },
        MostBodyBytes = 5_000_000,
        BodyBytes = 4_000_000,
        MaxEvents = 1_000,

        // A log of more than 1 MB is cut off, and 202 answered.
        MaxEventBytes = 900_000,
        Answer = Only(202),
    };
}
