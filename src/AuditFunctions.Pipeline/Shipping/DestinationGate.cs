using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Pacing;
using AuditFunctions.Pipeline.Storage.Rows;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Pipeline.Shipping;

/// <summary>A destination as a delivery finds it.</summary>
/// <param name="Definition">Null when its row is missing, wrong, or wants another framing than the batch has.</param>
/// <param name="Wrong">What is wrong then.</param>
/// <param name="HasOthers">Whether there is another destination that could be kept waiting.</param>
internal readonly record struct FoundDestination(DestinationDefinition? Definition, string Wrong, bool HasOthers);

/// <summary>What a delivery passes before it is tried: the destination's row, and a permit, so that a destination that hangs leaves room to the others. Thread safe.</summary>
internal sealed class DestinationGate(DefinitionCache definitions, IOptions<ShippingOptions> options, TimeProvider time)
{
    private readonly Bulkhead _permits = new(options.Value.MaxPerDestination, time);

    /// <summary>Finds the destination of a batch.</summary>
    public async Task<FoundDestination> FindAsync(ShipMessage message, CancellationToken cancellationToken)
    {
        var rows = await definitions.DestinationsAsync(DefinitionCache.UsualMaxAge, cancellationToken);
        var row = rows.GetValueOrDefault(message.Destination);
        var wrong = row is null ? "the destination is not defined; add a row for it"
            : row.Definition is null ? $"the destination's row is wrong ({string.Join(" ", row.Problems)}); correct it"
            : row.Definition.Format.Kind != message.Format ? $"the body is framed as {message.Format}, the destination now wants {row.Definition.Format.Kind}; give the row its former type back until the queue is empty"
            : null;
        return new FoundDestination(wrong is null ? row!.Definition : null, wrong ?? "", rows.Count > 1);
    }

    /// <summary>Takes a permit, to be disposed of when the delivery is over.</summary>
    /// <returns>Null when there is none.</returns>
    public ValueTask<IDisposable?> EnterAsync(string destination, bool hasOthers, CancellationToken cancellationToken) =>
        hasOthers ? _permits.EnterAsync(destination, options.Value.MaxWait, cancellationToken) : new(Bulkhead.Unbounded);
}
