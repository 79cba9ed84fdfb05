namespace AuditFunctions.Sources.Definition;

/// <summary>What of a listing is sent on.</summary>
public enum SnapshotChanges
{
    /// <summary>Every object, each time.</summary>
    Full,

    /// <summary>The objects that are new or have changed since the last listing.</summary>
    Changed,

    /// <summary>An event for each object that was added, has changed or was removed since the last listing.</summary>
    Diff,
}

/// <summary>A source that lists objects, instead of events that happened. The parts of the id of its reading are the object's key.</summary>
/// <param name="Changes">What is sent on.</param>
/// <param name="Ignored">Members that make no change, with everything below them: names with dots between them.</param>
/// <param name="Mark">Hash of everything by which two listings are compared: those of another mark are not.</param>
public sealed record SnapshotDefinition(SnapshotChanges Changes, IReadOnlyList<string> Ignored, string Mark)
{
    /// <summary>What of each object the listing's table holds, for lookups; empty when it has no table.</summary>
    public IReadOnlyList<KeptField> Keep { get; init; } = [];

    /// <summary>Hash of <see cref="Keep"/>; null without. It is no part of <see cref="Mark"/>: what is kept makes no change.</summary>
    public string? KeepMark { get; init; }

    /// <summary>Whether a listing is compared with the one before.</summary>
    public bool Compares => Changes != SnapshotChanges.Full;
}
