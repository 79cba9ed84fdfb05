using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Extract;

/// <summary>Makes a value inside an event the event.</summary>
internal sealed class ExtractProcessor(FieldPath path) : IProcessor
{
    private readonly FieldPath[] _paths = [path];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "extract",
        "`path`",
        "Makes the value at the path the event. Where nothing stands there, or `null`, the event stays as it is.",
        (reader, _) => new ExtractProcessor(reader.Field("path")));

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        if (call.Search.Find(json, _paths) is not [var first, ..] || first.Slice(json).Kind == JsonKind.Null)
        {
            return ProcessorOutcome.Unchanged;
        }

        call.Output.Write(first.Value(json));
        return ProcessorOutcome.Changed;
    }
}
