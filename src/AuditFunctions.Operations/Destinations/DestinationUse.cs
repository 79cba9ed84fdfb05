using AuditFunctions.Configuration.Rows;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Operations.Destinations;

/// <summary>Which sources send to a destination.</summary>
public static class DestinationUse
{
    /// <summary>Their names, also of those whose rows are wrong.</summary>
    public static IReadOnlyList<string> Of(string destination, IReadOnlyDictionary<string, DefinedRow<SourceDefinition>> sources) =>
        [.. sources.Values.Where(row => NamedBy(row).Contains(destination)).Select(row => row.Row.Name)];

    /// <summary>The destinations that a source's row names, also when it is wrong otherwise.</summary>
    public static IReadOnlyList<string> NamedBy(DefinedRow<SourceDefinition> row) =>
        row.Definition?.Destinations
        ?? (row.Row[SourceColumns.Destination] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
