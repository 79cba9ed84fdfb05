using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>A list of objects, one for each element of a list of the event; what is no list counts as its only element.</summary>
/// <param name="slot">Where the event's list stands.</param>
/// <param name="paths">What is looked for inside an element.</param>
/// <param name="element">What is made of it.</param>
internal sealed class MappedList(int slot, PathTree paths, MappedObject element) : IMapped
{
    /// <inheritdoc/>
    public bool TryWrite(in MapEvent from, PooledBytes into)
    {
        var value = from.Slots[slot];
        if (value.Kind is not (JsonKind.Object or JsonKind.Array))
        {
            return false;
        }

        var before = into.Length;
        into.Write("["u8);
        var empty = into.Length;
        Span<JsonSlice> slots = stackalloc JsonSlice[paths.Count];
        if (value.Kind == JsonKind.Object)
        {
            Add(from, value.Start, value.Start + value.Length, slots, empty, into);
        }
        else
        {
            var elements = new JsonElements(from.Json, value.Start);
            for (var count = 0; count < MapLimits.MostElements && elements.Next(); count++)
            {
                Add(from, elements.Start, elements.End, slots, empty, into);
            }
        }

        if (into.Length == empty)
        {
            into.Truncate(before);
            return false;
        }

        into.Write("]"u8);
        return true;
    }

    private void Add(in MapEvent from, int start, int end, Span<JsonSlice> slots, int empty, PooledBytes into)
    {
        var json = from.Json[start..end];
        paths.Find(json, slots);
        var before = into.Length;
        into.Write(before > empty ? ","u8 : ""u8);
        if (!element.TryWrite(new MapEvent { Json = json, Slots = slots, Call = from.Call }, into))
        {
            into.Truncate(before);
        }
    }
}
