using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>The event's id. If an action took it out of the event it is not written again.</summary>
internal sealed class MappedId : IMapped
{
    /// <inheritdoc/>
    public bool TryWrite(in MapEvent from, PooledBytes into)
    {
        var id = from.Call.Id;
        if (!EventIdText.StandsIn(from.Json, id))
        {
            return false;
        }

        into.WriteText(JsonText.Unescape(id));
        return true;
    }
}

/// <summary>The event's time as the source reads it.</summary>
internal sealed class MappedTime(SchemaWriting writing) : IMapped
{
    /// <inheritdoc/>
    public bool TryWrite(in MapEvent from, PooledBytes into) => from.Call.Time is { } time && writing.WriteTime(time, into);
}

/// <summary>The event as it came, in a text.</summary>
internal sealed class MappedOriginal : IMapped
{
    /// <inheritdoc/>
    public bool TryWrite(in MapEvent from, PooledBytes into)
    {
        into.WriteJsonAsText(from.Json);
        return true;
    }
}
