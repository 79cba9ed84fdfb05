using AuditFunctions.Sources.Processors.Conditions;

namespace AuditFunctions.Sources.Processors.Keep;

/// <summary>Leaves out every event but those that a condition holds for.</summary>
internal sealed class KeepProcessor(ICondition? condition) : IProcessor
{
    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "keep",
        "`when`",
        "Leaves out the events for which the condition does not hold.",
        (_, settings) => new KeepProcessor(settings.Condition))
    {
        DecidesByCondition = true,
    };

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call) =>
        condition is null || condition.Holds(json, call.Search) ? ProcessorOutcome.Unchanged : ProcessorOutcome.Dropped;
}
