using AuditFunctions.Destinations.Transport;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>
/// Graylog's GELF HTTP input with bulk receiving (Graylog 4.3 and later): a message in each line ("GELF Payload Specification", version 1.1, and "GELF Inputs",
/// go2docs.graylog.org, read 2026-11-26).
/// </summary>
internal static class Graylog
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "graylog",
        Title = "Graylog by its GELF HTTP input.",
        Proof = "202 without an error inside.",
        Columns =
        [
            DestinationColumn.Url("https://graylog.example.com:12201/", "Address of the input; /gelf is added."),
            DestinationColumn.Text("header", "Name of the authorization header that the input asks for; without it none is sent.", example: "Authorization"),
            DestinationColumn.Secret("token", "The header's value."),
        ],
        Check = (columns, problems) =>
        {
            var hasToken = columns.Secrets.ContainsKey("token");
            if (hasToken != columns["header"] is not null)
            {
                problems.Add(hasToken ? "header" : "token", "is missing: header and token belong together.");
            }
            else if (columns["header"] is { } header && !RequestHeader.IsName(header))
            {
                problems.Add("header", RequestHeader.Wrong);
            }
        },
        Address = (columns, problems) => WithPath(columns.UrlOf(), "/gelf", problems),
        Credential = (columns, secrets) => columns["header"] is { } header ? [(header, secrets["token"].Reveal())] : [],
        Frames = new IntakeFrames
        {
            Kind = "graylog/1",
            Frame =
            [
                Part("{\"version\":\"1.1\",\"host\":\"", IntakeField.Source), Part("\",\"_partition\":\"", IntakeField.Partition), .. Origin("_template", "_vendor", "_fetched"), Part("\",\"_event_id\":\"", IntakeField.Id, "\""),
                Part(",\"timestamp\":", IntakeField.Seconds), Part(",\"short_message\":\"", IntakeField.Text),
            ],
            Close = "\"}\n"u8.ToArray(),
            Layout = new JsonFrames
            {
                Order = FrameOrder.Lines,
                Event = new JsonPlace("short_message"),
                Encoding = EventEncoding.Text,
                Id = new JsonPlace("_event_id"),
                Time = new JsonPlace("timestamp"),
                TimeForm = FrameTime.Seconds,
            },
        },
        MostBodyBytes = 10_000_000,
        BodyBytes = 1_000_000,
        Answer = Only(202),
    };
}
