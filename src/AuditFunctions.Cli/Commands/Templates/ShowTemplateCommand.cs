using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary><c>auditfn templates show NAME</c></summary>
internal sealed class ShowTemplateCommand : TemplateCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The template." };

    /// <summary>The command.</summary>
    public ShowTemplateCommand(Surroundings here)
        : base(
            here,
            "show",
            "Shows what a template needs, and a row to start from.",
            "auditfn templates show okta-system-log",
            "auditfn templates show acme-audit --own")
    {
        _name.Offer(() => new TemplateCatalog().Names);
        Arguments.Add(_name);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(_name);
        var template = await OwnAsync(parsed, printer, cancellationToken) is { } own
            ? own.ToDictionary(one => one.Name, StringComparer.Ordinal).Find("template", name)
            : Shipped(name);
        if (WantsJson(parsed))
        {
            printer.Json(TemplateShape.Of(template), CliJson.Default.TemplateShape);
        }
        else
        {
            TemplateLines.Print(printer, template);
        }

        return ExitCode.Done;
    }

    private static SourceTemplate Shipped(string name)
    {
        var catalog = new TemplateCatalog();
        return catalog.Find(name) ?? throw KnownNames.Unknown("template", name, catalog.Names);
    }
}
