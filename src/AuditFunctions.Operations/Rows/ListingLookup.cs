using AuditFunctions.Configuration;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Reading;

namespace AuditFunctions.Operations.Rows;

/// <summary>What sources look up in the tables of listings of other sources.</summary>
/// <param name="Source">The source that looks up.</param>
/// <param name="Listing">The source whose listing is the table.</param>
/// <param name="File">The table, as it is needed.</param>
internal sealed record ListingLookup(SourceDefinition Source, string Listing, LookupFile File)
{
    /// <summary>All of some sources.</summary>
    public static IEnumerable<ListingLookup> Of(IEnumerable<SourceDefinition> sources) =>
        from source in sources
        from file in source.LookupFiles
        let listing = ListingTable.SourceOf(file.Name)
        where listing is not null
        select new ListingLookup(source, listing, file);

    /// <summary>Why the table cannot be used so; null when it can.</summary>
    public string? ProblemWith(SourceDefinition listing) => ListingTableColumns.ProblemOf(File, listing);

    /// <summary>What is wrong with the row that looks up; null when nothing is.</summary>
    public Problem? ProblemOfRow(SourceDefinition listing) =>
        ProblemWith(listing) is { } problem ? new Problem("processors", $"cannot look into the listing of '{Listing}': {problem}.") : null;
}
