using AuditFunctions.Pipeline.Health;

namespace AuditFunctions.Operations.Status;

/// <summary>A source with its partitions.</summary>
/// <param name="Source">The source.</param>
/// <param name="Partitions">Its partitions, those that are not well first.</param>
/// <param name="IsSummarised">Whether they are too many to be shown one by one.</param>
public sealed record SourceGroup(string Source, IReadOnlyList<PartitionReport> Partitions, bool IsSummarised)
{
    // Partitions that are named one by one beside a summary.
    private const int Named = 5;

    /// <summary>Those that are not well.</summary>
    public IEnumerable<PartitionReport> Unwell => Partitions.Where(report => !report.State.IsWell);

    /// <summary>Whether all of them are well.</summary>
    public bool IsWell => !Unwell.Any();

    /// <summary>How many are in each state, the worst first: <c>1 failing, 3 throttled, 380 ok</c>.</summary>
    public string States => string.Join(", ", Partitions.GroupBy(report => report.State.Health).Select(state => $"{state.Count():N0} {new PartitionState(state.Key).Describe(default)}"));

    /// <summary>The first of those that are not well.</summary>
    public IEnumerable<PartitionReport> Worst => Unwell.Take(Named);
}

/// <summary>Groups partitions by source.</summary>
public static class SourceGroups
{
    // So many are shown one by one.
    private const int Few = 4;

    /// <summary>The sources in order, those that are not well first.</summary>
    public static IReadOnlyList<SourceGroup> Of(InstallationStatus status) =>
    [
        .. status.Partitions
            .GroupBy(report => report.Partition.Source, StringComparer.Ordinal)
            .Select(source => new SourceGroup(source.Key, [.. source.OrderByDescending(Badness)], !status.IsOfSources && source.Count() > Few))
            .OrderBy(group => group.IsWell),
    ];

    private static int Badness(PartitionReport report) => !report.State.IsWell ? 2 : report.State.Health is PartitionHealth.BackedOff or PartitionHealth.Throttled ? 1 : 0;
}
