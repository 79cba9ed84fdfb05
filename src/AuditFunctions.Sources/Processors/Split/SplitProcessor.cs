using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Split;

/// <summary>Makes an event of each element of an array: the whole event, with the element in the array's place.</summary>
internal sealed class SplitProcessor(FieldPath path) : IProcessor
{
    private const int MostParts = 10_000;
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly FieldPath[] _paths = [path.Only(FieldKinds.Arrays)];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "split",
        "`path`",
        "Makes an event of each element of an array: the whole event with the element in the array's place. Its id gets `/0`, `/1` and so on. An array of more than 10,000 elements fails; an empty one stays.",
        (reader, _) => new SplitProcessor(reader.Field("path")));

    /// <inheritdoc/>
    public IReadOnlyList<FieldPath> Opens => _paths;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        if (call.Search.Find(json, _paths, firstOnly: true) is not [var array, ..])
        {
            return ProcessorOutcome.Unchanged;
        }

        var elements = new JsonElements(json, array.ValueStart);
        while (elements.Next())
        {
            call.Output.Write(json[..array.ValueStart]);
            call.Output.Write(json[elements.Start..elements.End]);
            call.Output.Write(json[array.ValueEnd..]);
            call.PartEnds.Add(call.Output.Length);
            if (call.PartEnds.Count > MostParts || call.Output.Length > MostBytes)
            {
                return call.Fail($"the array has more than {MostParts:N0} elements, or the events made of it more than 64 MB");
            }
        }

        return call.PartEnds.Count > 0 ? ProcessorOutcome.Split : ProcessorOutcome.Unchanged;
    }
}
