using AuditFunctions.Destinations.Transport;
using AuditFunctions.Http.Tokens;
using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Azure Service Bus over HTTPS ("Send Message Batch", learn.microsoft.com, read 2026-11-21). No client library is loaded.</summary>
internal static class ServiceBus
{
    private static readonly string[] Hosts = [".servicebus.windows.net", ".servicebus.usgovcloudapi.net", ".servicebus.chinacloudapi.cn"];

    /// <summary>The kind.</summary>
    public static Intake Kind { get; } = new()
    {
        Name = "service-bus",
        Title = "Azure Service Bus: a message for each event.",
        Proof = "201.",
        Columns = [DestinationColumn.Url("https://acme.servicebus.windows.net/audit", "Address of the namespace and the queue or topic."), ClientId],
        Check = (columns, problems) => CheckCloud(columns, columns.UrlOf(), "Azure Service Bus", Hosts, problems),
        Address = (columns, problems) => WithPath(columns.UrlOf(), "/messages", problems),
        Credential = (_, secrets) => Bearer(secrets),
        Token = (columns, _) => new EntraToken("https://servicebus.azure.net/.default", columns["clientId"]),
        TakesGzip = false,
        Frames = new IntakeFrames
        {
            Kind = "service-bus/1",
            Open = "["u8.ToArray(),
            Frame =
            [
                Part("{\"BrokerProperties\":{\"MessageId\":\"", IntakeField.Hash, "\"}"), Part(",\"UserProperties\":{\"source\":\"", IntakeField.Source),
                Part("\",\"partition\":\"", IntakeField.Partition), Part("\",\"id\":\"", IntakeField.Id), Part("\",\"time\":\"", IntakeField.Instant), Part("\"},\"Body\":\"", IntakeField.Text),
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
        MaxEvents = 100,
        Answer = (in HttpAnswer answer) => answer.Status switch
        {
            201 => SendResult.Accepted.Instance,
            401 or 403 => new SendResult.Refused(answer.Status, $"HTTP {answer.Status}. Give the identity the role 'Azure Service Bus Data Sender' on the queue or topic; a new role may take 30 minutes to work."),
            _ => null,
        },
    };
}
