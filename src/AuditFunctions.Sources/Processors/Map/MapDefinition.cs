using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Files;

namespace AuditFunctions.Sources.Processors.Map;

/// <summary>How events become those of a schema. Immutable and thread safe.</summary>
/// <param name="paths">What is looked for in an event.</param>
/// <param name="rules">The rules in order; the last one takes every event.</param>
internal sealed class MapDefinition(PathTree paths, IReadOnlyList<MappedClass> rules) : ILookupContent
{
    // A guess: a definition has some hundred fields.
    private const int Size = 256 * 1024;

    /// <inheritdoc/>
    public long Bytes => Size;

    /// <summary>The rules in order; the last one takes what fits no other.</summary>
    public IReadOnlyList<MappedClass> Rules => rules;

    /// <summary>Writes an event as one of the schema.</summary>
    /// <returns>Which rule wrote it; -1 when none could.</returns>
    public int Write(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        Span<JsonSlice> slots = stackalloc JsonSlice[paths.Count];
        paths.Find(json, slots);
        var from = new MapEvent { Json = json, Slots = slots, Call = call };
        for (var at = 0; at < rules.Count; at++)
        {
            if (rules[at].TryWrite(from, call.Output))
            {
                return at;
            }

            call.Output.Clear();
        }

        return -1;
    }
}
