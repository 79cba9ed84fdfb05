using AuditFunctions.Pipeline.Messages;

namespace AuditFunctions.Pipeline.Telemetry;

/// <summary>Where the time between an event and its delivery went. Taken of the newest event of a batch.</summary>
/// <param name="Remote">R: what the vendor took to publish it, and the source's <c>lag</c>.</param>
/// <param name="Waited">S: the wait for the poll that read it.</param>
/// <param name="Run">F: from the start of that poll to the delivery.</param>
public readonly record struct DeliveryParts(TimeSpan Remote, TimeSpan Waited, TimeSpan Run)
{
    /// <summary>R + S + F.</summary>
    public TimeSpan Total => Remote + Waited + Run;

    /// <summary>The parts of a batch; null when none of its events has a time.</summary>
    public static DeliveryParts? Of(ShipMessage batch, DateTimeOffset deliveredAt) =>
        batch is { NewestAt: { } newest, PolledAt: { } polled, Waited: { } waited }
            ? new DeliveryParts(NotNegative(polled - newest - waited), waited, NotNegative(deliveredAt - polled))
            : null;

    // A vendor's clock may run ahead of our clock, and an event may happen while its poll runs.
    private static TimeSpan NotNegative(TimeSpan part) => part > TimeSpan.Zero ? part : TimeSpan.Zero;
}
