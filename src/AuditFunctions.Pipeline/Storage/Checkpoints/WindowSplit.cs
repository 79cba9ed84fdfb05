namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>A window that the vendor does not let us read to its end in one go: it is read in shorter ones, the oldest first.</summary>
/// <param name="FromAt">Where the next part starts.</param>
/// <param name="ToAt">Where the last one ends.</param>
/// <param name="Length">How long a part is.</param>
public sealed record WindowSplit(DateTimeOffset FromAt, DateTimeOffset ToAt, TimeSpan Length);
