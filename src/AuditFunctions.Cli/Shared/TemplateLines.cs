using AuditFunctions.Cli.Output;
using AuditFunctions.Sources.Processors.Map;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Shared;

/// <summary>Everything that a person needs to know of a template, and a row to start from.</summary>
internal static class TemplateLines
{
    /// <summary>Writes it.</summary>
    public static void Print(Printer printer, SourceTemplate template)
    {
        printer.Line($"{template.Name}: {template.Vendor} {template.Title}");
        printer.Pairs(
            ("vendor's page", template.Docs),
            ("category", template.Category),
            ("to grant", template.Grant),
            ("to know", template.Notes),
            ("kept", template.Kept),
            ("mapped to", MappingCatalog.Of(template.Name) is { Count: > 0 } schemas ? $"{string.Join(", ", schemas)}, with the processor 'map'" : null),
            ("not verified", template.Unverified.Count == 0 ? null : $"{string.Join("; ", template.Unverified)}. Confirm with 'auditfn sources test'."));
        ParameterLines.Print(printer, template.Parameters);
        printer.Line();
        printer.Line("# A row to start from");
        PrintRow(printer, template);
    }

    /// <summary>Writes the row alone, as a row file.</summary>
    public static void PrintRow(Printer printer, SourceTemplate template)
    {
        printer.Line("sources:");
        printer.Line($"  - name: {template.Name}");
        printer.Line($"    template: {template.Name}");
        printer.Line("    destination: siem");
        ParameterLines.PrintRow(printer, template.Parameters, template.Name, []);
    }
}
