using AuditFunctions.Configuration;
using AuditFunctions.Configuration.Rows;

namespace AuditFunctions.Sources.Templates;

/// <summary>A reusable source definition: one vendor stream, with parameters. Immutable.</summary>
/// <param name="Name">What a row's <c>template</c> names.</param>
/// <param name="Vendor">The vendor, as people call it.</param>
/// <param name="Title">The stream, as people call it.</param>
/// <param name="Docs">The vendor's page about the API.</param>
/// <param name="Parameters">In the order in which they are shown.</param>
/// <param name="Definition">Everything else, with parameters not yet filled in.</param>
public sealed record SourceTemplate(
    string Name,
    string Vendor,
    string Title,
    string? Docs,
    IReadOnlyList<RowParameter> Parameters,
    SettingMap Definition)
{
    /// <summary>A template for rows that bring their whole definition themselves.</summary>
    public static SourceTemplate Empty { get; } = new("", "", "", null, [], new SettingMap(0, []));
}
