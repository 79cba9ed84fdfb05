using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Lookup;

namespace AuditFunctions.Sources.Reading;

/// <summary>Compares what an action looks up in the table of a listing with what that listing keeps.</summary>
public static class ListingTableColumns
{
    /// <summary>Why a table cannot be looked into as an action does it; null when it can.</summary>
    /// <param name="file">The table, as the action needs it.</param>
    /// <param name="listing">The source that <see cref="ListingTable.SourceOf"/> names.</param>
    public static string? ProblemOf(LookupFile file, SourceDefinition listing)
    {
        if (listing.Snapshot is not { } snapshot)
        {
            return $"source '{listing.Name}' lists no objects: it has no 'snapshot'";
        }

        string[] kept = [.. snapshot.Keep.Select(field => field.Name)];
        if (kept.Length == 0)
        {
            return $"source '{listing.Name}' has no table: name the fields that it is to hold in its 'snapshot.keep'";
        }

        return file.Form is JsonLinesTable { Columns: var columns } && columns.Keys.Concat(columns.Names).FirstOrDefault(name => !kept.Contains(name, StringComparer.Ordinal)) is { } unknown
            ? $"the table of source '{listing.Name}' has no column '{unknown}'; its 'snapshot.keep' names: {string.Join(", ", kept)}"
            : null;
    }
}
