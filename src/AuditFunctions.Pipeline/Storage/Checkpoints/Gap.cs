namespace AuditFunctions.Pipeline.Storage.Checkpoints;

/// <summary>A stretch of time whose events may be missing: when it was to be read, the vendor did not have them any more.</summary>
/// <param name="FromAt">Up to here everything was read.</param>
/// <param name="ToAt">From here on the vendor has events.</param>
/// <param name="FoundAt">When that was found.</param>
public sealed record Gap(DateTimeOffset FromAt, DateTimeOffset ToAt, DateTimeOffset FoundAt)
{
    /// <summary>The gap as it stands once another is found: one that begins where this one does only grows.</summary>
    public static Gap Joined(Gap? known, Gap found) => known is not null && known.FromAt <= found.FromAt && known.ToAt >= found.FromAt ? found with { FromAt = known.FromAt } : found;
}
