using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Remove;

/// <summary>Takes fields out of an event.</summary>
internal sealed class RemoveProcessor(HiddenFields fields) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "remove",
        "`paths`",
        "Takes fields out of the event.",
        (reader, settings) => new RemoveProcessor(HiddenFields.Read(reader, settings)));

    /// <inheritdoc/>
    public bool Hides => true;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var found = call.Search.Find(json, fields.In(call));
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
