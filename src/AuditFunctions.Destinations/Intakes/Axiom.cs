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
            DestinationColumn.OptionalUrl("https://api.axiom.co", "Address to send to, for an edge deployment or a proxy; without it https://api.axiom.co."),
        ],
        Address = (columns, problems) => AddressOf(columns, problems, "https://api.axiom.co", $"/v1/datasets/{Uri.EscapeDataString(columns["dataset"]!)}/ingest"),
        Credential = (_, secrets) => Bearer(secrets),
        Frames = IntakeLines.Of("axiom/1", time: "_time"),
        MediaType = "application/x-ndjson",
        MostBodyBytes = 10_000_000,
        BodyBytes = 5_000_000,
        MaxEventBytes = 1_000_000,
        HasLongAnswers = true,
        Answer = Read,
    };

    private static SendResult? Read(in HttpAnswer answer)
    {
        if (answer.Status != 200)
        {
            return null;
        }

        using var document = JsonAnswer.Parse(answer.Body);
        return document is not null && document.RootElement.Integer("ingested") is { } ingested and >= 0 && document.RootElement.Integer("failed") is { } failed and >= 0 && (long)ingested + failed == answer.Events
            ? Dropped(answer, failed, $"HTTP 200, {failed} of {answer.Events} events failed")
            : HttpStatus.NotItsOwn(200, "without a count of all events");
    }
}
