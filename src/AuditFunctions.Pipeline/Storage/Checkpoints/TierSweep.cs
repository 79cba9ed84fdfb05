namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>A lookback tier that is being read, in slices from the newest to the oldest. It never moves the mark.</summary>
/// <param name="Tier">The tier's window, as durations are written: <c>3h</c>.</param>
/// <param name="StartedAt">When it was begun; it reaches back the tier's window from there.</param>
/// <param name="ToAt">Everything from here on is read: where the next slice ends.</param>
/// <param name="Slice">The slice in progress, or null.</param>
/// <param name="Cursor">Where to go on in it.</param>
public sealed record TierSweep(string Tier, DateTimeOffset StartedAt, DateTimeOffset ToAt, WindowInProgress? Slice, string? Cursor)
{
    /// <summary>Longest slice, when longer ones could not be read to their end; else null.</summary>
    public TimeSpan? Longest { get; init; }
}
