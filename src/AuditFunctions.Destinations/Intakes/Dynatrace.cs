using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Dynatrace's Log ingestion API ("Log Monitoring API v2 - POST ingest logs", docs.dynatrace.com, read 2026-11-26).</summary>
internal static class Dynatrace
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "dynatrace",
        Title = "Dynatrace Log Management.",
        Proof = "204.",
        Columns =
        [
            DestinationColumn.Url("https://abc12345.live.dynatrace.com", "Address of the environment, or of an ActiveGate with /e/ and the environment."),
            DestinationColumn.Secret("token", "Access token with the scope logs.ingest.", required: true),
        ],
        Address = (columns, problems) => WithPath(columns.UrlOf(), "/api/v2/logs/ingest", problems),
        Credential = (_, secrets) => [("Authorization", "Api-Token " + secrets["token"].Reveal())],
        Frames = new IntakeFrames
        {
            Kind = "dynatrace/1",
            Open = "["u8.ToArray(),
            Frame =
            [
                Part("{\"log.source\":\"", IntakeField.Source), Part("\",\"audit_partition\":\"", IntakeField.Partition), .. Origin(), Part("\",\"audit_id\":\"", IntakeField.Id),
                Part("\",\"timestamp\":\"", IntakeField.Instant), Part("\",\"content\":\"", IntakeField.Text),
            ],
            Close = "\"}"u8.ToArray(),
            Separator = ","u8.ToArray(),
            End = "]"u8.ToArray(),
            Layout = new JsonFrames { Order = FrameOrder.Elements, Event = new JsonPlace("content"), Encoding = EventEncoding.Text, Id = new JsonPlace("audit_id"), Time = new JsonPlace("timestamp") },
        },
        MostBodyBytes = 10_000_000,
        BodyBytes = 5_000_000,
        MaxEvents = 50_000,
        HasLongAnswers = true,
        Answer = Read,
    };

    // 200: only a part was taken. How many were not is said in words, if at all.
    private static SendResult? Read(in HttpAnswer answer)
    {
        if (answer.Status == 204)
        {
            return SendResult.Accepted.Instance;
        }

        using var document = JsonAnswer.Parse(answer.Body);
        return answer.Status == 200 && document?.RootElement.Member("details") is { } details
            ? Dropped(answer, Math.Max(1, answer.Events - 1), $"HTTP 200, a part was not taken: {details.Text("message")}")
            : null;
    }
}
