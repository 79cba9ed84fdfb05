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
    /// <summary>What kind of product it is, one of <see cref="TemplateCategory.All"/>; null when the template does not say.</summary>
    public string? Category { get; init; }

    /// <summary>What to grant at the vendor and where to click for it; null when there is nothing to say beyond the parameters.</summary>
    public string? Grant { get; init; }

    /// <summary>What a user had better know of the stream: what it holds, how late it is, what the vendor limits.</summary>
    public string? Notes { get; init; }

    /// <summary>How long the vendor keeps its events: what is older cannot be read again.</summary>
    public string? Kept { get; init; }

    /// <summary>What of it no source confirms, in words of the template's language or short sentences.</summary>
    public IReadOnlyList<string> Unverified { get; init; } = [];

    /// <summary>A template for rows that bring their whole definition themselves.</summary>
    public static SourceTemplate Empty { get; } = new("", "", "", null, [], new SettingMap(0, []));
}
