using static AuditFunctions.Destinations.Intakes.IntakeParts;

namespace AuditFunctions.Destinations.Intakes;

/// <summary>Azure Service Bus over HTTPS ("Send Message Batch", learn.microsoft.com, read 2026-11-21). No client library is loaded.</summary>
internal static class ServiceBus
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } =
        AzureMessages.Of(
            "service-bus",
            "Azure Service Bus",
            "queue or topic",
            "https://servicebus.azure.net/.default",
            Part("{\"BrokerProperties\":{\"MessageId\":\"", IntakeField.Hash, "\"}")) with
        { MaxEvents = 100 };
}
