using AuditFunctions.Sources.Processors.Conditions;

namespace AuditFunctions.Sources.Processors.Drop;

/// <summary>Leaves out the events that a condition holds for.</summary>
internal sealed class DropProcessor(ICondition? condition) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "drop",
        "`when`",
        "Leaves out the events for which the condition holds.",
        (_, settings) => new DropProcessor(settings.Condition))
    {
        DecidesByCondition = true,
    };

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call) =>
        condition is not null && condition.Holds(json, call.Search) ? ProcessorOutcome.Dropped : ProcessorOutcome.Unchanged;
}
