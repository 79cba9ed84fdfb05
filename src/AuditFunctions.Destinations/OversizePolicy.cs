namespace AuditFunctions.Destinations;

/// <summary>What becomes of an event that is larger than a body of its destination may be.</summary>
public enum OversizePolicy
{
    /// <summary>It goes to the dead letters, whole.</summary>
    DeadLetter,

    /// <summary>A JSON object that marks it takes its place, with as much of its start as fits.</summary>
    Cut,
}
