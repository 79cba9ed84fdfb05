using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Coralogix ("Coralogix REST API /singles", coralogix.com, read 2026-11-26).</summary>
internal static class Coralogix
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "coralogix",
        Title = "Coralogix.",
        Columns =
        [
            .. Regions("region", "Region of the account.", "eu1", "eu2", "us1", "us2", "ap1", "ap2", "ap3"),
            DestinationColumn.Secret("apiKey", "Send-Your-Data API key.", required: true),
        ],
        UsualColumns = ["region"],
        Address = (columns, problems) => AddressOf(columns, problems, $"https://ingress.{columns["region"]}.coralogix.com", "/logs/v1/singles"),
        Credential = (_, secrets) => Bearer(secrets, "apiKey"),
        Frames = new IntakeFrames
        {
            Kind = "coralogix/1",
            Open = "["u8.ToArray(),
            Frame =
            [
                Part("{\"applicationName\":\"auditfunctions\",\"severity\":3,\"subsystemName\":\"", IntakeField.Source, "\""), Part(",\"timestamp\":", IntakeField.Milliseconds),
                Part(",\"text\":{\"partition\":\"", IntakeField.Partition), Part("\",\"id\":\"", IntakeField.Id), Part("\",\"time\":\"", IntakeField.Instant), .. Origin("template", "vendor", "fetched"), Part("\",\"event\":", IntakeField.Event),
            ],
            Close = "}}"u8.ToArray(),
            Separator = ","u8.ToArray(),
            End = "]"u8.ToArray(),
            Layout = new JsonFrames
            {
                Order = FrameOrder.Elements,
                Event = new JsonPlace("text.event"),
                Wrap = EventWrap.Start.ToArray(),
                Id = new JsonPlace("text.id"),
                Time = new JsonPlace("text.time"),
            },
        },
        MostBodyBytes = 2_000_000,
        BodyBytes = 1_500_000,
        Quiet = new QuietSuccess(IsEmpty: false, 200),
    };
}
