using AuditFunctions.Pipeline.Storage.Bookkeeping;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Health;

/// <summary>The states that were reported, as they were read.</summary>
public sealed class ReportedStates(IReadOnlyDictionary<string, NotedState> noted)
{
    /// <summary>The word for <see cref="PartitionHealth.Blocked"/>.</summary>
    public const string Blocked = "blocked";

    /// <summary>The row key of a partition.</summary>
    public static string KeyOf(PartitionId partition) => $"{partition.Source}|{partition.Partition}";

    /// <summary>Since when a partition was not polled because a destination blocked it; null when it was.</summary>
    public DateTimeOffset? BlockedSince(PartitionId partition) =>
        noted.TryGetValue(KeyOf(partition), out var state) && state.State == Blocked ? state.SinceAt : null;

    internal Dictionary<string, NotedState> Copy() => new(noted, StringComparer.Ordinal);
}
