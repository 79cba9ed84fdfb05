namespace AuditFunctions.Destinations.Intakes;

/// <summary>Azure Event Hubs over HTTPS ("Send batch events", learn.microsoft.com, read 2026-11-21). No client library is loaded.</summary>
internal static class EventHubs
{
    /// <summary>The kind.</summary>
    public static Intake Kind { get; } =
        AzureMessages.Of("event-hubs", "Azure Event Hubs", "event hub", "https://eventhubs.azure.net/.default") with { BodyBytes = 900_000, MaxEvents = 5_000 };
}
