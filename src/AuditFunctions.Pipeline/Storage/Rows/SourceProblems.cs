using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Destinations;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Pipeline.Storage.Rows;

/// <summary>Why a source cannot run: its own row, or a destination that it names.</summary>
public static class SourceProblems
{
    /// <summary>Everything that is wrong; empty when the source can run.</summary>
    public static IReadOnlyList<Problem> Of(DefinedRow<SourceDefinition> source, IReadOnlyDictionary<string, DefinedRow<DestinationDefinition>> destinations)
    {
        var named = source.Definition?.Destinations ?? [];
        return
        [
            .. source.Problems,
            .. named.Where(name => !destinations.ContainsKey(name)).Select(name => new Problem(SourceColumns.Destination, $"'{name}' is not defined; add a row for it.")),
            .. named.Where(name => destinations.TryGetValue(name, out var row) && row.Definition is null)
                .Select(name => new Problem(SourceColumns.Destination, $"the row of '{name}' is wrong; correct it.")),
        ];
    }
}
