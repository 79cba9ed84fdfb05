using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary><c>auditfn sources templates [NAME]</c></summary>
internal sealed class TemplatesCommand : CliCommand
{
    private readonly Argument<string?> _name = new("NAME") { Description = "Show this template's parameters and a row to start from.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command.</summary>
    public TemplatesCommand(Surroundings here)
        : base(here, "templates", "Lists the vendors' streams that can be pulled, and their parameters.", "auditfn sources templates", "auditfn sources templates okta-system-log") =>
        Arguments.Add(_name);

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var catalog = new TemplateCatalog();
        var name = parsed.GetValue(_name);
        SourceTemplate[] templates = name is null
            ? [.. catalog.Names.Select(known => catalog.Find(known)!)]
            : [catalog.Find(name) ?? throw KnownNames.Unknown("template", name, catalog.Names)];
        if (WantsJson(parsed))
        {
            printer.Json(new TemplateListShape([.. templates.Select(ShapeOf)]), CliJson.Default.TemplateListShape);
        }
        else if (name is null)
        {
            printer.Table(["template", "vendor", "title", "parameters"], templates.Select(template => new[]
            {
                template.Name,
                template.Vendor,
                template.Title,
                ParameterLines.InShort(template.Parameters),
            }));
            printer.Note("Required parameters first; 'auditfn sources templates NAME' explains each.");
        }
        else
        {
            Show(printer, templates[0]);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static TemplateShape ShapeOf(SourceTemplate template) =>
        new(template.Name, template.Vendor, template.Title, template.Docs, [.. template.Parameters.Select(ParameterShape.Of)]);

    private static void Show(Printer printer, SourceTemplate template)
    {
        printer.Line($"{template.Name}: {template.Vendor} {template.Title}");
        printer.Line(template.Docs ?? "");
        ParameterLines.Print(printer, template.Parameters);
        printer.Line();
        printer.Line("# A row to start from");
        printer.Line("sources:");
        printer.Line($"  - name: {template.Name}");
        printer.Line($"    template: {template.Name}");
        printer.Line("    destination: siem");
        ParameterLines.PrintRow(printer, template.Parameters, template.Name, []);
    }
}
