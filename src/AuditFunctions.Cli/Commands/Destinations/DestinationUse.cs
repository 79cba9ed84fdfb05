using AuditFunctions.Cli.Output;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Cli.Commands.Destinations;

/// <summary>Which sources send to a destination.</summary>
internal static class DestinationUse
{
    /// <summary>Their names, also of those whose rows are wrong.</summary>
    public static string[] Of(string destination, IReadOnlyDictionary<string, DefinedRow<SourceDefinition>> sources) =>
        [.. sources.Values.Where(row => SourceShape.Of(row, []).Destinations.Contains(destination)).Select(row => row.Row.Name)];

    /// <summary>A destination in short.</summary>
    public static DestinationShape ShapeOf(DefinedRow<DestinationDefinition> row, IReadOnlyDictionary<string, DefinedRow<SourceDefinition>> sources) =>
        new(row.Row.Name, row.Row["type"], VisibleColumns.Of(row.Row).GetValueOrDefault("url"), Of(row.Row.Name, sources), ProblemShape.Of(row.Problems));
}
