using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>What makes the value of a field. Immutable.</summary>
internal interface IMapped
{
    /// <summary>Writes the value as JSON.</summary>
    /// <returns>False when there is none; then what was written is void.</returns>
    bool TryWrite(in MapEvent from, PooledBytes into);
}
