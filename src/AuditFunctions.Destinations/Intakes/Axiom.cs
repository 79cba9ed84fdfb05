using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations.Transport;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Axiom ("Ingest data", axiom.co, read 2026-11-26).</summary>
internal static class Axiom
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "axiom",
        Title = "Axiom.",
        Proof = "200 that says how many events were ingested, and that none failed.",
        Columns =
        [
            DestinationColumn.Required("dataset", "The dataset.", "audit"),
            DestinationColumn.Secret("token", "API token that may ingest into the dataset.", required: true),
            DestinationColumn.Text("url", "Address to send to, for an edge deployment or a proxy; without it https://api.axiom.co.", example: "https://api.axiom.co") with { Type = ParameterType.Url },
        ],
        Address = (columns, problems) => AddressOf(columns, problems, "https://api.axiom.co", $"/v1/datasets/{Uri.EscapeDataString(columns["dataset"]!)}/ingest"),
        Credential = (_, secrets) => [("Authorization", "Bearer " + secrets["token"].Reveal())],
        Frames = new IntakeFrames
        {
            Kind = "axiom/1",
            Frame =
            [
                Part("{\"source\":\"", IntakeField.Source), Part("\",\"partition\":\"", IntakeField.Partition), Part("\",\"id\":\"", IntakeField.Id), Part("\",\"_time\":\"", IntakeField.Instant),
                Part("\",\"event\":", IntakeField.Event),
            ],
            Close = "}\n"u8.ToArray(),
            Layout = new JsonFrames { Order = FrameOrder.Lines, Event = new JsonPlace("event"), Wrap = EventWrap.Start.ToArray(), Id = new JsonPlace("id"), Time = new JsonPlace("_time") },
        },
        MediaType = "application/x-ndjson",
        MostBodyBytes = 10_000_000,
        BodyBytes = 5_000_000,
        MaxEventBytes = 1_000_000,
        Answer = Read,
    };

    private static SendResult? Read(in HttpAnswer answer)
    {
        if (answer.Status != 200)
        {
            return null;
        }

        using var document = JsonAnswer.Parse(answer.Body);
        return document is not null && document.RootElement.Integer("ingested") is { } ingested && document.RootElement.Integer("failed") is { } failed && ingested + failed == answer.Events
            ? Dropped(answer, failed, $"HTTP 200, {failed} of {answer.Events} events failed")
            : HttpStatus.NotItsOwn(200, "without a count of all events");
    }
}
