using System.Collections.Concurrent;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Telemetry;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>Delivers without a message and without a claim, which the lease stands for: the same delivery and mark, and whatever cannot be delivered now goes into the queue as ever.</summary>
public sealed partial class ShipHandler : IDirectDelivery
{
    /// <summary>A destination that takes longer for a batch is not made wait for by fetches: for <see cref="SlowFor"/> its batches go through the queue.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    /// <summary>How long.</summary>
    public static readonly TimeSpan SlowFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _slowUntil = new(StringComparer.Ordinal);

    // It may be tried twice.
    private TimeSpan LongestDelivery => 2 * options.Value.SendTimeout;

    /// <inheritdoc/>
    public TimeSpan Longest => LongestDelivery;

    /// <inheritdoc/>
    public async Task<bool> TryDeliverAsync(ShipMessage message, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // Whoever cannot be sure to end in time, or would have to wait for long, leaves it to the queue.
        var rows = await definitions.DestinationsAsync(RowsMaxAge, cancellationToken);
        if (rows.GetValueOrDefault(message.Destination)?.Definition is not { } destination
            || destination.Format.Kind != message.Format
            || _slowUntil.GetValueOrDefault(message.Destination) > time.GetUtcNow()
            || !await circuits.IsClosedAsync(message.Destination, cancellationToken))
        {
            return false;
        }

        // Polls that a message asks for together are done together: places are free again in a moment.
        using var place = rows.Count > 1 ? await _places.EnterAsync(message.Destination, options.Value.MaxWait, cancellationToken) : Bulkhead.Unbounded;
        var startedAt = time.GetUtcNow();
        if (place is null || until - startedAt <= LongestDelivery)
        {
            return false;
        }

        using var activity = PipelineTraces.StartDelivery(message.Source, message.Destination, message.BatchId, message.TraceParent);
        try
        {
            await DeliverAsync(message, destination, until, cancellationToken);
        }
        finally
        {
            if (time.GetUtcNow() - startedAt > Slow)
            {
                _slowUntil[message.Destination] = time.GetUtcNow() + SlowFor;
            }

            await circuits.LeaveAsync(message.Destination, default, cancellationToken);
        }

        return true;
    }
}
