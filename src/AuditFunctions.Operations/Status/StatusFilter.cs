using System.Text.Json;
using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Health;

namespace AuditFunctions.Operations.Status;

/// <summary>Which part of an installation somebody wants to see.</summary>
/// <param name="Sources">Only these; all when there are none.</param>
/// <param name="InStates">Only what is in one of these states; all when there are none.</param>
public sealed record StatusFilter(IReadOnlyList<string> Sources, IReadOnlyList<string> InStates)
{
    /// <summary>The states of sources and destinations in one word each, such as <c>catchingUp</c>.</summary>
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetNames<PartitionHealth>().Concat(Enum.GetNames<DestinationHealth>()).Select(Word).Distinct(StringComparer.Ordinal)];

    /// <summary>That part. With sources named, the destinations stay: they may be why.</summary>
    /// <exception cref="OperationException">There is no such source.</exception>
    public InstallationStatus Of(InstallationStatus status)
    {
        var known = status.Partitions.Select(report => report.Partition.Source).ToHashSet(StringComparer.Ordinal);
        if (Sources.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw KnownNames.Unknown("source", unknown, known);
        }

        return status with
        {
            IsOfSources = Sources.Count > 0,
            IsPart = Sources.Count + InStates.Count > 0,
            Partitions = [.. status.Partitions.Where(report => (Sources.Count == 0 || Sources.Contains(report.Partition.Source)) && IsWanted(report.State.Health.ToString()))],
            Destinations = [.. status.Destinations.Where(report => IsWanted(report.State.Health.ToString()))],
        };
    }

    private static string Word(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private bool IsWanted(string state) => InStates.Count == 0 || InStates.Contains(state, StringComparer.OrdinalIgnoreCase);
}
