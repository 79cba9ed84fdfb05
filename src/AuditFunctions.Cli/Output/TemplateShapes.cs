using AuditFunctions.Sources.Processors.Map;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Output;

/// <summary>Templates.</summary>
internal sealed record TemplateListShape(IReadOnlyList<TemplateShape> Templates);

/// <summary>A template.</summary>
internal sealed record TemplateShape(
    string Name,
    string Vendor,
    string Title,
    string? Docs,
    string? Category,
    string? Grant,
    string? Notes,
    string? Kept,
    IReadOnlyList<string> Unverified,
    IReadOnlyList<string> Mappings,
    IReadOnlyList<ParameterShape> Parameters)
{
    /// <summary>Of a template.</summary>
    public static TemplateShape Of(SourceTemplate template) => new(
        template.Name,
        template.Vendor,
        template.Title,
        template.Docs,
        template.Category,
        template.Grant,
        template.Notes,
        template.Kept,
        template.Unverified,
        MappingCatalog.Of(template.Name),
        [.. template.Parameters.Select(ParameterShape.Of)]);
}
