using AuditFunctions.Events;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.Remove;

/// <summary>Takes fields out of an event.</summary>
internal sealed class RemoveProcessor(FieldPath[] paths) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "remove",
        "`paths`",
        "Takes fields out of the event.",
        (reader, _) => new RemoveProcessor(reader.Fields("paths")));

    /// <inheritdoc/>
    public bool Hides => true;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var found = call.Search.Find(json, paths);
        if (found.Length == 0)
        {
            return ProcessorOutcome.Unchanged;
        }

        if (found is [{ NameStart: -1, ValueStart: var start }] && start == JsonExtent.SkipSpace(json, 0))
        {
            call.Output.Write("{}"u8);
            return ProcessorOutcome.Changed;
        }

        call.Output.WriteWithout(json, found);
        return ProcessorOutcome.Changed;
    }
}
