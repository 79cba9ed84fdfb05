using System.Buffers;
using AuditFunctions.Events;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Sources;

/// <summary>The key of an event's own id.</summary>
public static class EventIds
{
    /// <summary>The key; null for an event without an id.</summary>
    /// <param name="page">The page.</param>
    /// <param name="reading">Where the id stands.</param>
    /// <param name="index">The event's place in the page.</param>
    /// <param name="asWritten">The key of its bytes as they are written, where the id holds escapes; else null.</param>
    public static EventKey? Of(PageContent page, ReadingDefinition reading, int index, out EventKey? asWritten)
    {
        asWritten = null;
        if (reading.IdParts == 0)
        {
            return null;
        }

        var bytes = page.Bytes.Span;
        if (reading.IdParts == 1)
        {
            var slice = page.Cut.EventField(index, 0);
            return IsUsable(slice) ? EventKey.FromId(bytes, slice, out asWritten) : null;
        }

        var rented = ArrayPool<JsonSlice>.Shared.Rent(reading.IdParts);
        try
        {
            var parts = rented.AsSpan(0, reading.IdParts);
            for (var part = 0; part < parts.Length; part++)
            {
                parts[part] = page.Cut.EventField(index, part);
                if (!IsUsable(parts[part]))
                {
                    return null;
                }
            }

            return EventKey.FromParts(bytes, parts, out asWritten);
        }
        finally
        {
            ArrayPool<JsonSlice>.Shared.Return(rented);
        }
    }

    /// <summary>Whether a field can be, or be part of, an id.</summary>
    public static bool IsUsable(JsonSlice slice) => slice is { Kind: JsonKind.String or JsonKind.Number, Length: > 0 };
}
