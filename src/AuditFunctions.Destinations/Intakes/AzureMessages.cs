using AuditFunctions.Destinations.Transport;
using AuditFunctions.Http.Tokens;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>What Event Hubs and Service Bus have in common over HTTPS: a list of messages, whose properties say where an event comes from.</summary>
internal static class AzureMessages
{
    /// <summary>A kind; its own limits are still to be said.</summary>
    /// <param name="name">The kind's word.</param>
    /// <param name="product">What people call it.</param>
    /// <param name="entity">What events are sent to.</param>
    /// <param name="scope">What a token is asked for.</param>
    /// <param name="before">What stands in a message before its properties.</param>
    public static Intake Of(string name, string product, string entity, string scope, params IntakePart[] before) => new()
    {
        Name = name,
        Title = $"{product}: a message for each event.",
        Proof = "201 without an error inside.",
        Columns = [DestinationColumn.Url("https://acme.servicebus.windows.net/audit", $"Address of the namespace and the {entity}."), EntraColumns.ClientId],
        Check = (columns, problems) => EntraColumns.Check(columns, columns.UrlOf(), product, EntraColumns.ServiceBusHosts, problems),
        Address = (columns, problems) => WithPath(columns.UrlOf(), "/messages", problems),
        Credential = (_, secrets) => Bearer(secrets, EntraToken.Key),
        Token = (columns, _) => new EntraToken(scope, columns[EntraColumns.ClientId.Name]),
        TakesGzip = false,
        Frames = new IntakeFrames
        {
            Kind = name + "/1",
            Open = "["u8.ToArray(),
            Frame =
            [
                .. before,
                Part(before.Length == 0 ? "{\"UserProperties\":{\"source\":\"" : ",\"UserProperties\":{\"source\":\"", IntakeField.Source),
                Part("\",\"partition\":\"", IntakeField.Partition), Part("\",\"id\":\"", IntakeField.Id), Part("\",\"time\":\"", IntakeField.Instant),
                .. Origin("template", "vendor", "fetched"), Part("\"},\"Body\":\"", IntakeField.Text),
            ],
            Close = "\"}"u8.ToArray(),
            Separator = ","u8.ToArray(),
            End = "]"u8.ToArray(),
            Layout = new JsonFrames
            {
                Order = FrameOrder.Elements,
                Event = new JsonPlace("Body"),
                Encoding = EventEncoding.Text,
                Id = new JsonPlace("UserProperties.id"),
                Time = new JsonPlace("UserProperties.time"),
            },
        },
        MediaType = "application/vnd.microsoft.servicebus.json",
        MostBodyBytes = 1_000_000,
        BodyBytes = 200_000,
        Answer = (in HttpAnswer answer) => answer.Status switch
        {
            201 when !SuccessText.SaysFailure(answer) => SendResult.Accepted.Instance,
            401 or 403 => new SendResult.Refused(answer.Status, $"HTTP {answer.Status}. Give the identity the role '{product} Data Sender' on the {entity}; a new role may take 30 minutes to work."),
            _ => null,
        },
    };
}
