using System.Text.Json;
using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Google SecOps (Chronicle) by the Chronicle API's import of raw logs ("Method: logs.import", docs.cloud.google.com, read 2026-11-27).</summary>
internal static class GoogleSecOps
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private static readonly string[] Hosts = [".googleapis.com"];
    private static readonly string[] Names = ["project", "instance", "logType"];

    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "google-secops",
        Title = "Google SecOps (Chronicle) by the Chronicle API's import of raw logs.",
        Proof = "200 with an empty JSON object.",
        Columns =
        [
            .. Regions(
                "region",
                "Region of the instance.",
                "us",
                "eu",
                "africa-south1",
                "asia-northeast1",
                "asia-south1",
                "asia-southeast1",
                "asia-southeast2",
                "australia-southeast1",
                "europe-central2",
                "europe-west12",
                "europe-west2",
                "europe-west3",
                "europe-west6",
                "europe-west9",
                "me-central1",
                "me-central2",
                "me-west1",
                "northamerica-northeast2",
                "southamerica-east1"),
            DestinationColumn.Required("project", "The Google Cloud project that the instance is linked to.", "acme-security"),
            DestinationColumn.Required("instance", "The instance: the customer id.", "01234567-89ab-4cde-8f01-23456789abcd"),
            DestinationColumn.Required("logType", "The log type, which chooses the parser.", "OKTA"),
            DestinationColumn.Secret("serviceAccount", "The service account's key, as the JSON file that Google gives.", required: true),
        ],
        UsualColumns = ["region"],
        Check = Check,
        Address = (columns, problems) => AddressOf(columns, problems, $"https://chronicle.{columns["region"]}.rep.googleapis.com", PathOf(columns)),
        Credential = (_, _) => [],
        Signed = (secrets, at) => ("Authorization", "Bearer " + ServiceAccount.Token(secrets["serviceAccount"], "serviceAccount", Scope, at)),
        Frames = new IntakeFrames
        {
            Kind = "google-secops/1",
            Open = "{\"inlineSource\":{\"logs\":["u8.ToArray(),
            Frame =
            [
                Part("{\"data\":\"", IntakeField.Base64),
                Part("\",\"logEntryTime\":\"", IntakeField.InstantOrEpoch),
                Part("\",\"collectionTime\":\"", IntakeField.SecondLater),
                Part("\",\"labels\":{\"source\":{\"value\":\"", IntakeField.Source),
                Part("\"},\"partition\":{\"value\":\"", IntakeField.Partition),
                Part("\"},\"event_id\":{\"value\":\"", IntakeField.Id, "\"}"),
                Part(",\"event_time\":{\"value\":\"", IntakeField.Instant, "\"}"),
                Part(",\"template\":{\"value\":\"", IntakeField.Template, "\"}"),
                Part(",\"vendor\":{\"value\":\"", IntakeField.Vendor, "\"}"),
                Part(",\"fetched\":{\"value\":\"", IntakeField.Fetched, "\"}"),
            ],
            Close = "}}"u8.ToArray(),
            Separator = ","u8.ToArray(),
            End = "]}}"u8.ToArray(),
            Layout = new JsonFrames
            {
                Order = FrameOrder.Elements,
                Array = new JsonPlace("inlineSource.logs"),
                Event = new JsonPlace("data"),
                Encoding = EventEncoding.Base64,
                Id = new JsonPlace("labels.event_id.value"),
                Time = new JsonPlace("labels.event_time.value"),
            },
        },
        MostBodyBytes = 4_000_000,
        BodyBytes = 2_000_000,
        Answer = Read,
    };

    private static string PathOf(BoundParameters columns) =>
        $"/v1beta/projects/{Uri.EscapeDataString(columns["project"]!)}/locations/{columns["region"]}/instances/{Uri.EscapeDataString(columns["instance"]!)}/logTypes/{Uri.EscapeDataString(columns["logType"]!)}/logs:import";

    private static void Check(BoundParameters columns, Problems problems)
    {
        if (columns["url"] is { } url)
        {
            CloudHosts.Check(new Uri(url), "Google", Hosts, problems);
        }

        foreach (var name in Names.Where(name => columns[name]!.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.' or ':'))))
        {
            problems.Add(name, "may hold letters, digits, '-', '_', '.' and ':' only.");
        }
    }

    // {"error":{"code":400,"message":"…","status":"INVALID_ARGUMENT"}}
    private static SendResult? Read(in HttpAnswer answer)
    {
        using var document = JsonAnswer.Parse(answer.Body);
        if (answer.Status == 200)
        {
            return document is not null && !document.RootElement.EnumerateObject().Any() ? SendResult.Accepted.Instance : HttpStatus.NotItsOwn(200, "which is not an empty JSON object");
        }

        if (document?.RootElement.Member("error") is not { ValueKind: JsonValueKind.Object } error)
        {
            return null;
        }

        var reason = $"HTTP {answer.Status}, {error.Text("status")}: {error.Text("message")?.TrimEnd('.')}";
        return answer.Status switch
        {
            400 when error.Text("status") == "FAILED_PRECONDITION" => new SendResult.Refused(400, $"{reason}. Check the project, the instance and the log type."),
            401 or 403 => new SendResult.Refused(answer.Status, $"{reason}. Grant the service account the permission chronicle.logs.import."),
            404 => new SendResult.Refused(404, $"{reason}. Check the region, the project, the instance and the log type."),
            _ => HttpStatus.Meaning(answer.Status, reason),
        };
    }
}
