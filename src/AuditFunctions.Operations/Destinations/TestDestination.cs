using System.Diagnostics;
using AuditFunctions.Destinations;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Shipping;

namespace AuditFunctions.Operations.Destinations;

/// <summary>What came of a test.</summary>
/// <param name="Name">The destination.</param>
/// <param name="IsDelivered">Whether it took the marked event.</param>
/// <param name="Health"><c>healthy</c>, or what it answered; null when its type has no health check.</param>
/// <param name="Answer">Why it did not take the event; null when it did.</param>
public sealed record TestedDestination(string Name, bool IsDelivered, string? Health, string? Answer);

/// <summary>Asks whether a destination is well, where it can be asked, and sends it one marked event.</summary>
public sealed class TestDestination(Installation installation, TimeProvider time)
{
    /// <summary>Tests a destination.</summary>
    /// <exception cref="OperationException">There is no such destination, or its row is wrong.</exception>
    public async Task<TestedDestination> RunAsync(string name, CancellationToken cancellationToken)
    {
        var row = (await installation.DestinationsAsync(cancellationToken)).Find("destination", name);
        var destination = row.Definition ?? throw new OperationException($"The row of destination '{row.Row.Name}' is wrong: {string.Join(" ", row.Problems)}");
        return await OfNewAsync(installation.Get<DestinationClient>(), destination, time, cancellationToken);
    }

    /// <summary>Tests a destination that may have no row yet.</summary>
    public static async Task<TestedDestination> OfNewAsync(DestinationClient client, DestinationDefinition destination, TimeProvider time, CancellationToken cancellationToken)
    {
        var health = await client.CheckHealthAsync(destination, cancellationToken);
        var delivery = await MarkedEvent.DeliverAsync(client, destination, time.GetUtcNow(), cancellationToken);
        return new TestedDestination(
            destination.Name,
            delivery is SendResult.Accepted,
            health is null ? null : AnswerOf(health) ?? "healthy",
            AnswerOf(delivery));
    }

    private static string? AnswerOf(SendResult result) => result switch
    {
        SendResult.Accepted => null,
        SendResult.Retry retry => retry.Reason,
        SendResult.Refused refused => refused.Reason,
        SendResult.Rejected rejected => rejected.Reason,
        _ => throw new UnreachableException(),
    };
}
