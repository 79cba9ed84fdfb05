namespace AuditFunctions.Cli.Output;

/// <summary>What <c>backfill</c> did.</summary>
/// <param name="Source">The source.</param>
/// <param name="Partitions">Each of its partitions.</param>
internal sealed record BackfillShape(string Source, IReadOnlyList<BackfilledShape> Partitions);

/// <summary>A partition of a source that is moved back.</summary>
/// <param name="Partition">Its name.</param>
/// <param name="Moved">Whether it was.</param>
/// <param name="StartsAt">Where its next window starts; null when somebody else has it.</param>
/// <param name="LeasedUntil">Until when somebody else has it, at most; else null.</param>
internal sealed record BackfilledShape(string Partition, bool Moved, DateTimeOffset? StartsAt, DateTimeOffset? LeasedUntil);
