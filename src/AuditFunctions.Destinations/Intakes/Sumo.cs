using AuditFunctions.Destinations.Transport;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Sumo Logic's HTTP source ("Upload logs to an HTTP source", SumoLogic/sumologic-documentation, read 2026-11-21).</summary>
internal static class Sumo
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "sumo",
        Title = "Sumo Logic by an HTTP source.",
        Columns =
        [
            DestinationColumn.Url("https://endpoint4.collection.sumologic.com/receiver/v1/http", "The source's address without its last part, which is the token."),
            DestinationColumn.Secret("token", "The last part of the source's address.", required: true),
            DestinationColumn.Text("category", "Source category; without it that of the source."),
            DestinationColumn.Text("host", "Source host; without it that of the source."),
        ],
        Address = (columns, problems) => WithPath(columns.UrlOf(), "/receiver/v1/http", problems),
        Request = (address, secrets) => new Uri($"{address.AbsoluteUri}/{Uri.EscapeDataString(secrets["token"].Reveal())}"),
        Credential = (_, _) => [],
        Headers = columns => [.. new[] { ("X-Sumo-Category", columns["category"]), ("X-Sumo-Host", columns["host"]) }.Where(header => header.Item2 is not null).Select(header => (header.Item1, header.Item2!))],
        Frames = IntakeLines.Frames,
        MediaType = "text/plain",
        MostBodyBytes = 1_000_000,
        BodyBytes = 1_000_000,
        Quiet = new QuietSuccess(IsEmpty: true, 200),
        Answer = Read,
    };

    // A 200 has no body, or one that says what was wrong with the request: {"status":200,"id":"…","code":"…","message":"…"}.
    private static SendResult.Refused? Read(in HttpAnswer answer)
    {
        using var document = answer.Status == 200 ? JsonAnswer.Parse(answer.Body) : null;
        return document?.RootElement is { } root && root.Text("code") is { } code && root.Text("id") is not null
            ? new SendResult.Refused(200, $"HTTP 200, but Sumo Logic says {code}: {root.Text("message")?.TrimEnd('.')}. Check the source; some of the batch may be stored and comes again.")
            : null;
    }
}
