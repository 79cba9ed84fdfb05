namespace AuditFunctions.Sources.Processors;

/// <summary>An event as a list left it.</summary>
public readonly ref struct ProcessedEvent
{
    /// <summary>Its bytes; void when the call that gives it returns.</summary>
    public required ReadOnlySpan<byte> Json { get; init; }

    /// <summary>Whether they are others than before.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>Whether an action took the event's id out of it: then it must not stand beside it either.</summary>
    public required bool IsIdHidden { get; init; }

    /// <summary>What is added to its id, since its event became several: <c>/0</c>, <c>/1</c>; empty for one that did not.</summary>
    public required string Suffix { get; init; }

    /// <summary>The first action that failed, and why; null when none did.</summary>
    public required string? Failure { get; init; }
}

/// <summary>Takes what a list made of an event.</summary>
public interface IProcessedEvents
{
    /// <summary>An event that goes on.</summary>
    void Take(in ProcessedEvent processed);

    /// <summary>An event, or a part of one, that is left out by an action.</summary>
    void Dropped(string processor);
}
