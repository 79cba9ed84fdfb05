using Azure;

namespace AuditFunctions.Pipeline.Storage.Bookkeeping;

/// <summary>The last tick, of whichever instance.</summary>
/// <param name="At">When it was; null before the first.</param>
/// <param name="SweptOn">The day on which old records were last removed.</param>
/// <param name="ETag">The row's version.</param>
public sealed record LastTick(DateTimeOffset? At, DateOnly? SweptOn, ETag ETag)
{
    /// <summary>Longest pause between two ticks, as the host that ticked said; the usual one where it did not.</summary>
    public TimeSpan Pause { get; init; } = TickPace.Usual;

    /// <summary>The day on which bodies were last removed: only while no message can need one.</summary>
    public DateOnly? BodiesSweptOn { get; init; }
}
