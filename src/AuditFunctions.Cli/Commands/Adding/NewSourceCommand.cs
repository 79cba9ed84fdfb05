using System.CommandLine;
using AuditFunctions.Cli.Commands.Sources;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Hosting;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Adding;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Operations.Sources;
using AuditFunctions.Sources.Templates;
using Microsoft.Extensions.Configuration;

namespace AuditFunctions.Cli.Commands.Adding;

/// <summary><c>auditfn sources new [TEMPLATE]</c></summary>
internal sealed class NewSourceCommand : NewRowCommand
{
    // Templates that a search names.
    private const int MostFound = 20;

    private readonly Argument<string?> _template = new("TEMPLATE") { Description = "The template; without it a vendor is searched for.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _destination = new("--destination") { Description = "Where its events go: one destination, or several with commas.", HelpName = "name" };

    /// <summary>The command.</summary>
    public NewSourceCommand(Surroundings here)
        : base(
            here,
            "Adds a source: finds its template, asks for what that needs, says where to get the credential, tests one page and writes the row.",
            "auditfn sources new",
            "auditfn sources new okta-system-log --file rows.yaml",
            "auditfn sources new okta-system-log --set domain=acme.okta.com --set token=secret:okta --destination siem --yes")
    {
        _template.Offer(() => new TemplateCatalog().Names);
        Arguments.Add(_template);
        Options.Add(_destination);
    }

    /// <inheritdoc/>
    protected override async Task<RowDraft?> ChooseAsync(NewRow making, ParseResult parsed, CancellationToken cancellationToken)
    {
        var catalog = making.Place.Templates;
        var template = parsed.GetValue(_template) is { } name ? Named(catalog, name) : await SearchAsync(making, catalog, cancellationToken);
        if (template is null)
        {
            making.Missing.Add("TEMPLATE ('auditfn templates list --search WORD' finds it)");
            return null;
        }

        making.Printer.Note($"{template.Name}: {template.Vendor} {template.Title}");
        Note(making, "To grant, and where", template.Grant);
        Note(making, "The vendor's page", template.Docs);
        Note(making, "To know", template.Notes);
        Note(making, "Not verified, so look at the test's result", template.Unverified.Count > 0 ? string.Join("; ", template.Unverified) : null);
        var draft = new RowDraft(RowKind.Source, template.Parameters, SourceColumns.IsCommon).With(SourceColumns.Template, template.Name);
        return parsed.GetValue(_destination) is { Length: > 0 } destination ? draft.With(SourceColumns.Destination, destination) : draft;
    }

    /// <inheritdoc/>
    protected override async Task AskMoreAsync(NewRow making, RowDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Has(SourceColumns.Destination))
        {
            return;
        }

        string[] known = [.. making.Place.Names(RowKind.Destination).Order(StringComparer.Ordinal)];
        if (known.Length == 0 && making.Dialogue.IsOpen)
        {
            making.Printer.Note($"There is no destination in {making.Place.Title} yet; 'auditfn destinations new' adds one.");
        }

        // With one there is no choice; with several a person must say.
        var proposal = known.Length switch { 0 => "siem", 1 => known[0], _ => null };
        var question = known.Length > 1 ? $"destination, one or several with commas ({string.Join(", ", known)})" : "destination";
        if (!await making.Dialogue.AskAsync(question, proposal, answer => draft.Set(SourceColumns.Destination, answer), cancellationToken))
        {
            making.Missing.Add($"--destination ... (one or several of {string.Join(", ", known)})");
        }
    }

    /// <inheritdoc/>
    protected override string? HostOf(DesiredRows row) =>
        row.Sources is [{ Definition: { } source }] && Uri.TryCreate(source.Request.Url.ToString(), UriKind.Absolute, out var url) ? url.IdnHost : null;

    /// <inheritdoc/>
    protected override async Task<NewRowTest> TestAsync(NewRow making, IConfiguration settings, DesiredRows row, bool json, CancellationToken cancellationToken)
    {
        making.Printer.Note("Asking the vendor for one page ...");
        var tested = await TestSource.OfNewAsync(settings, Here.Time, row.Sources[0].Definition!, new TestWish(3, 1, null), cancellationToken);
        if (!json)
        {
            DryRunReport.Print(making.Printer, tested, trace: false);
        }

        return new NewRowTest(tested.Result.Problem is null) { Source = DryRunReport.ShapeOf(tested, null) };
    }

    private static SourceTemplate Named(TemplateCatalog catalog, string name)
    {
        if (catalog.Find(name) is { } template)
        {
            return template;
        }

        var near = catalog.Near(name);
        throw new OperationException($"There is no template '{name}'{(near.Count > 0 ? $"; near it: {string.Join(", ", near)}" : "")}. 'auditfn templates list --search WORD' finds one.");
    }

    private static async Task<SourceTemplate?> SearchAsync(NewRow making, TemplateCatalog catalog, CancellationToken cancellationToken)
    {
        SourceTemplate[] shown = [];
        while (await making.Dialogue.TextAsync(shown.Length == 0 ? "Vendor or product, or a word of it" : "Its number, or other words", cancellationToken) is { } answer)
        {
            if (Choices.At(shown, answer) is { } chosen)
            {
                return chosen;
            }

            if (answer.Length > 0 && catalog.FindValid(answer) is { } exact)
            {
                return exact;
            }

            var found = TemplateSearch.Find(catalog, answer);
            var isNear = found.Count == 0;
            shown = [.. isNear ? catalog.Near(answer).Select(catalog.FindValid).OfType<SourceTemplate>() : found.Take(MostFound)];
            Choices.Print(making.Printer, shown.Select(template => $"{template.Name}: {template.Vendor} {template.Title}"));
            making.Printer.Note(isNear && shown.Length > 0 ? "  None has these words; these are near them."
                : isNear ? $"  None of {Counted.Of(catalog.Names.Count(), "template")} has these words; 'http-json' takes any JSON API."
                : found.Count > shown.Length ? $"  and {found.Count - shown.Length} more; give more words." : "");
        }

        return null;
    }

    private static void Note(NewRow making, string what, string? text)
    {
        if (text is { Length: > 0 })
        {
            making.Printer.Note($"{what}: {text.Trim()}");
        }
    }
}
