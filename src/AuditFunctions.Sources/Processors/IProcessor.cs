using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors;

/// <summary>
/// One action on one event. Immutable and deterministic: the same event gives the same bytes, whenever and wherever. What it does not change keeps its
/// bytes. A folder per action; what others need to know of it is said here.
/// </summary>
internal interface IProcessor
{
    /// <summary>Whether it keeps something from those who read the events. Then it must not fail on any JSON, and what it failed on is withheld.</summary>
    bool Hides => false;

    /// <summary>How long before an event's time it remembers what other events said; null for nothing beyond the page.</summary>
    TimeSpan? Remembers => null;

    /// <summary>What it opens, as it stands there while it is closed: what another action names inside of it is found only once this one was applied.</summary>
    IReadOnlyList<FieldPath> Opens => [];

    /// <summary>Applies it.</summary>
    /// <param name="json">The event: any JSON value that is valid.</param>
    /// <param name="call">Takes what is written, and knows what is not in the event.</param>
    ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call);
}
