using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations.Adding;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary><c>auditfn templates list</c></summary>
internal sealed class ListTemplatesCommand : TemplateCommand
{
    private readonly Option<string?> _search = new("--search")
    {
        Description = "Only those with each word of this text in their name, vendor, title or notes, whatever its case.",
        HelpName = "text",
    };

    private readonly Option<string?> _category = new("--category")
    {
        Description = "Only those of this kind of product.",
        HelpName = "category",
    };

    /// <summary>The command.</summary>
    public ListTemplatesCommand(Surroundings here)
        : base(
            here,
            "list",
            "Lists the vendors' streams that can be pulled.",
            "auditfn templates list",
            "auditfn templates list --search okta",
            "auditfn templates list --category identity",
            "auditfn templates list --own")
    {
        Options.Add(_search);
        Options.Add(_category);
        _category.AcceptKnown(() => TemplateCategory.All);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        SourceTemplate[] all = [.. await OwnAsync(parsed, printer, cancellationToken) ?? Shipped()];
        SourceTemplate[] wanted = [.. all.Where(template => IsWanted(template, parsed.GetValue(_search), parsed.GetValue(_category)))];
        if (WantsJson(parsed))
        {
            printer.Json(new TemplateListShape([.. wanted.Select(TemplateShape.Of)]), CliJson.Default.TemplateListShape);
            return ExitCode.Done;
        }

        printer.Table(
            ["template", "vendor", "what it collects", "category", "verified"],
            wanted.Select(template => new[]
            {
                template.Name,
                template.Vendor,
                template.Title,
                template.Category ?? "",
                template.Unverified.Count == 0 ? "yes" : "in part",
            }));
        printer.Note($"{wanted.Length} of {all.Length} templates. 'auditfn templates show NAME' says what one needs, with a row to start from.");
        if (wanted.Length == 0 && parsed.GetValue(_search) is { } search && NearNames.Of(search, all.Select(template => template.Name)) is { Count: > 0 } near)
        {
            printer.Note($"Near '{search}': {string.Join(", ", near)}.");
        }
        else if (wanted.Length == 0)
        {
            printer.Note("A vendor without a template can be described in a row: docs/templates.md.");
        }

        return ExitCode.Done;
    }

    private static IEnumerable<SourceTemplate> Shipped()
    {
        var catalog = new TemplateCatalog();
        return catalog.Names.Select(name => catalog.Find(name)!);
    }

    private static bool IsWanted(SourceTemplate template, string? search, string? category) =>
        (category is null || template.Category == category)
        && (search is null || TemplateSearch.Has(template, search));
}
