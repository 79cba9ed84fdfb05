using AuditFunctions.Destinations.Transport;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Grafana Loki and Grafana Cloud Logs ("Loki HTTP API", grafana/loki, read 2026-11-21).</summary>
internal static class Loki
{
    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal) { ["none"] = [], ["basic"] = ["username", "password"], ["bearer"] = ["token"] };

    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "loki",
        Title = "Grafana Loki and Grafana Cloud Logs.",
        Proof = "204.",
        Columns =
        [
            DestinationColumn.Url("https://logs-prod-012.grafana.net", "Base address; /loki/api/v1/push is added."),
            DestinationColumn.Choice("auth", "How requests prove who we are.", "basic", "bearer", "none"),
            DestinationColumn.Text("username", "auth basic: the user; with Grafana Cloud the number of the instance.", example: "123456"),
            DestinationColumn.Secret("password", "auth basic: the password; with Grafana Cloud an access policy's token with logs:write."),
            DestinationColumn.Secret("token", "auth bearer: the token."),
            DestinationColumn.Text("tenant", "Tenant, for a Loki with several."),
        ],
        UsualColumns = ["username", "password"],
        Check = (columns, problems) => columns.CheckAuth(Needs, problems),
        Address = (columns, problems) => WithPath(columns.UrlOf(), "/loki/api/v1/push", problems),
        Credential = (columns, secrets) => columns["auth"] switch
        {
            "basic" => [("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{columns["username"]}:{secrets["password"].Reveal()}")))],
            "bearer" => Bearer(secrets),
            _ => [],
        },
        Headers = columns => columns["tenant"] is { } tenant ? [("X-Scope-OrgID", tenant)] : [],
        Frames = new IntakeFrames
        {
            Kind = "loki/1",
            Open = "{\"streams\":[{\"stream\":{\"job\":\"auditfunctions\","u8.ToArray(),
            Start = [Part("\"source\":\"", IntakeField.Source), Part("\",\"partition\":\"", IntakeField.Partition, "\"},\"values\":[")],
            Frame =
            [
                Part("[\"", IntakeField.Nanoseconds, "\""), Part(",\"", IntakeField.Text, "\""), Part(",{\"audit_id\":\"", IntakeField.Id), Part("\",\"audit_time\":\"", IntakeField.Instant),
                .. Origin(),
            ],
            Close = "\"}]"u8.ToArray(),
            Separator = ","u8.ToArray(),
            End = "]}]}"u8.ToArray(),
            Layout = new JsonFrames
            {
                Order = FrameOrder.Elements,
                Array = new JsonPlace("streams.0.values"),
                Event = new JsonPlace("1"),
                Encoding = EventEncoding.Text,
                Id = new JsonPlace("2.audit_id"),
                Time = new JsonPlace("2.audit_time"),
            },
        },
        MostBodyBytes = 10_000_000,
        BodyBytes = 1_000_000,
        MaxEventBytes = 256 * 1024,
        Answer = Read,
    };

    // Of a body with a 400 the valid lines are stored.
    private static SendResult? Read(in HttpAnswer answer) => answer.Status switch
    {
        204 => SendResult.Accepted.Instance,
        400 when answer.Body.Length > 0 => Dropped(answer, Math.Max(1, answer.Events - 1), $"HTTP 400: {System.Text.Encoding.UTF8.GetString(answer.Body[..Math.Min(200, answer.Body.Length)]).ReplaceLineEndings(" ").Trim()}", showsTaken: false),
        260 => new SendResult.Refused(260, "HTTP 260: Loki takes nothing of this tenant. Ask who runs it."),
        _ => null,
    };
}
