using AuditFunctions.Operations.Lookups;

namespace AuditFunctions.Cli.Output;

/// <summary>The lookup files.</summary>
internal sealed record LookupListShape(IReadOnlyList<LookupShape> Lookups);

/// <summary>
/// A lookup file; <paramref name="Bytes"/> is null when it is missing. <paramref name="Listing"/> is the source whose listing it is the table of, and
/// <paramref name="IsLeft"/> whether that source writes it no more.
/// </summary>
internal sealed record LookupShape(string Name, long? Bytes, DateTimeOffset? ChangedAt, IReadOnlyList<string> Sources, string? Listing, bool IsLeft)
{
    public static LookupShape Of(InstalledLookup file) => new(file.Name, file.Bytes, file.ChangedAt, file.Sources, file.Listing, file.IsLeft);
}
