using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>A value, and another one for events where it has none.</summary>
internal sealed class MappedFirst(IMapped first, IMapped otherwise) : IMapped
{
    /// <inheritdoc/>
    public bool TryWrite(in MapEvent from, PooledBytes into)
    {
        var before = into.Length;
        if (first.TryWrite(from, into))
        {
            return true;
        }

        into.Truncate(before);
        return otherwise.TryWrite(from, into);
    }
}
