using System.Collections.Concurrent;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Delivers without a message and without a claim, which the lease stands for: the same delivery and mark, and whatever cannot be delivered now goes into the queue as ever.</summary>
internal sealed class DirectDelivery(DestinationGate gate, Circuits circuits, BatchStore batches, BatchDelivery delivery) : IDirectDelivery
{
    /// <summary>A destination that takes longer for a batch is not made wait for by fetches: for <see cref="SlowFor"/> its batches go through the queue.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    /// <summary>How long.</summary>
    public static readonly TimeSpan SlowFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _slowUntil = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public TimeSpan Longest => batches.LongestDelivery;

    /// <inheritdoc/>
    public async Task<bool> TryDeliverAsync(ShipMessage message, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // Whoever cannot be sure to end in time, or would have to wait for long, leaves it to the queue.
        var found = await gate.FindAsync(message, cancellationToken);
        if (found.Definition is not { } destination
            || IsSlow(message.Destination)
            || !await circuits.IsClosedAsync(message.Destination, cancellationToken))
        {
            return false;
        }

        // Polls that a message asks for together are done together: permits are free again in a moment.
        using var permit = await gate.EnterAsync(message.Destination, found.HasOthers, cancellationToken);
        var startedAt = batches.Now;
        if (permit is null || until - startedAt <= Longest)
        {
            return false;
        }

        using var activity = PipelineTraces.StartDelivery(message.Source, message.Destination, message.BatchId, message.TraceParent);
        try
        {
            // Finding the guilty events of a batch may need many requests: after the first answer the queue goes on.
            await delivery.DeliverAsync(message, destination, batches.TakeLeased(), new DeliveryLimits(until, TimeSpan.Zero), cancellationToken);
        }
        finally
        {
            if (batches.Now - startedAt > Slow)
            {
                _slowUntil[message.Destination] = batches.Now + SlowFor;
            }

            await circuits.LeaveAsync(message.Destination, default, cancellationToken);
        }

        return true;
    }

    // One that lies further ahead was noted by a clock that was put right since.
    private bool IsSlow(string destination) => _slowUntil.GetValueOrDefault(destination) - batches.Now is var left && left > TimeSpan.Zero && left <= SlowFor;
}
