using System.Text.Json;
using AuditFunctions.Destinations.Transport;
using AuditFunctions.Events;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Palo Alto Cortex XSIAM and XDR by an HTTP log collector ("Set up an HTTP log collector to receive logs", docs-cortex.paloaltonetworks.com, read 2026-11-26).</summary>
internal static class CortexXsiam
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "cortex-xsiam",
        Title = "Palo Alto Cortex XSIAM and XDR by an HTTP log collector.",
        Proof = "200 with JSON that says that there was no error.",
        Columns =
        [
            DestinationColumn.Url("https://api-acme.xdr.eu.paloaltonetworks.com", "The collector's address, with or without /logs/v1/event."),
            DestinationColumn.Secret("apiKey", "The collector's key.", required: true),
        ],
        Address = (columns, problems) => WithPath(columns.UrlOf(), "/logs/v1/event", problems),
        Credential = (_, secrets) => [("Authorization", secrets["apiKey"].Reveal())],
        Frames = IntakeLines.Frames,
        MediaType = "text/plain",
        MostBodyBytes = 5_000_000,
        BodyBytes = 1_000_000,
        Answer = Read,
    };

    private static SendResult? Read(in HttpAnswer answer)
    {
        if (answer.Status != 200)
        {
            return null;
        }

        // {"ok":"true"} in the documentation, {"error":"false"} in its examples.
        using var document = JsonAnswer.Parse(answer.Body);
        return document is null ? HttpStatus.NotItsOwn(200, "which is not JSON")
            : Says(document, "error", "false") || (Says(document, "ok", "true") && document.RootElement.Member("error") is null) ? SendResult.Accepted.Instance
            : HttpStatus.NotItsOwn(200, "which does not say that there was no error");
    }

    private static bool Says(JsonDocument document, string name, string what) => what.Equals(document.RootElement.Member(name)?.AsText(), StringComparison.OrdinalIgnoreCase);
}
