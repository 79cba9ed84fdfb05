using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Conditions;
using AuditFunctions.Sources.Processors.Lookup;
using AuditFunctions.Sources.Processors.Texts;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>One way to a value.</summary>
/// <param name="Writing">Writes it as the field wants it.</param>
internal sealed record Way(SchemaWriting Writing)
{
    /// <summary>For which events it is; null for all.</summary>
    public ICondition? When { get; init; }

    /// <summary>A value that is always the same, as it is written; null for others.</summary>
    public byte[]? Constant { get; init; }

    /// <summary>A text with fields in it; null for others.</summary>
    public FieldText? Text { get; init; }

    /// <summary>Where the value stands: the first place with one that the field takes.</summary>
    public IReadOnlyList<int> Slots { get; init; } = [];

    /// <summary>What is written for a value; null when it is written itself.</summary>
    public LookupTable? Table { get; init; }

    /// <summary>What is written for a value that is not in the table; null for nothing.</summary>
    public byte[]? Otherwise { get; init; }

    /// <summary>Whose values are all taken, each once; empty for others.</summary>
    public FieldPath[] All { get; init; } = [];
}

/// <summary>A value: that of the first way that leads to one.</summary>
internal sealed class MappedValue(IReadOnlyList<Way> ways) : IMapped
{
    /// <inheritdoc/>
    public bool TryWrite(in MapEvent from, PooledBytes into)
    {
        foreach (var way in ways)
        {
            if ((way.When is null || way.When.Holds(from.Json, from.Call.Search)) && TryWrite(from, way, into))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryWrite(in MapEvent from, Way way, PooledBytes into)
    {
        if (way.Constant is { } constant)
        {
            into.Write(constant);
            return true;
        }

        if (way.Text is { } text)
        {
            var scratch = from.Call.Scratch;
            scratch.Clear();
            return text.TryWrite(from.Json, from.Call, scratch)
                && way.Writing.TryWrite(scratch.WrittenSpan, JsonSlice.Of(scratch.WrittenSpan, 0, scratch.Length), into);
        }

        return way.All.Length > 0 ? TryWriteAll(from, way, into) : TryWriteFirst(from, way, into);
    }

    private static bool TryWriteFirst(in MapEvent from, Way way, PooledBytes into)
    {
        foreach (var slot in way.Slots)
        {
            var value = from.Slots[slot];
            if (way.Table is null)
            {
                if (value.Kind != JsonKind.Missing && way.Writing.TryWrite(from.Json, value, into))
                {
                    return true;
                }
            }
            else if (value.Kind is not (JsonKind.Missing or JsonKind.Null or JsonKind.Object or JsonKind.Array)
                && (way.Table.Find(JsonText.Unescape(from.Json, value)) ?? way.Otherwise) is { } found)
            {
                into.Write(found);
                return true;
            }
        }

        return false;
    }

    private static bool TryWriteAll(in MapEvent from, Way way, PooledBytes into)
    {
        var before = into.Length;
        into.Write("["u8);
        var empty = into.Length;
        List<(int Start, int End)> written = [];
        foreach (ref readonly var field in from.Call.Search.Find(from.Json, way.All))
        {
            var start = into.Length;
            way.Writing.TryAdd(from.Json, field.Slice(from.Json), empty, into);
            var value = (Start: start > empty ? start + 1 : start, End: into.Length);
            if (into.Length > start && IsIn(written, value, into.WrittenSpan))
            {
                into.Truncate(start);
            }
            else if (into.Length > start)
            {
                written.Add(value);
            }

            if (written.Count == MapLimits.MostOfAll)
            {
                break;
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

    private static bool IsIn(List<(int Start, int End)> written, (int Start, int End) value, ReadOnlySpan<byte> bytes)
    {
        foreach (var (start, end) in written)
        {
            if (bytes[start..end].SequenceEqual(bytes[value.Start..value.End]))
            {
                return true;
            }
        }

        return false;
    }
}
