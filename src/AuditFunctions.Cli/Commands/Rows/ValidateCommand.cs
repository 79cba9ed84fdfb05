using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Rows;

namespace AuditFunctions.Cli.Commands.Rows;

/// <summary><c>auditfn validate FILE…</c></summary>
internal sealed class ValidateCommand : CliCommand
{
    private readonly Argument<string[]> _files = RowFileArgument.Create();
    private readonly Option<string?> _templates = TemplateFolderOption.Create();

    /// <summary>The command.</summary>
    public ValidateCommand(Surroundings here)
        : base(here, "validate", "Checks row files as 'apply' does, without storage or network; writes nothing.", "auditfn validate rows.yaml", "auditfn validate rows/*.yaml --json", "auditfn validate rows.yaml --templates my-templates")
    {
        Arguments.Add(_files);
        Options.Add(_templates);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var files = await RowFiles.ReadAsync(parsed.GetRequiredValue(_files), Here.Folder, cancellationToken);
        var folder = await TemplateFolder.ReadAsync(parsed.GetValue(_templates), Here.Folder, cancellationToken);
        var desired = files.Check(folder.Templates);

        // One that no row names yet is wrong all the same.
        RowProblem[] problems = [.. folder.Problems, .. desired.Problems];
        if (WantsJson(parsed))
        {
            var shapes = files.Rows.Select(row => new AppliedRowShape(row.Kind.Word(), row.Row.Name, null, []));
            printer.Json(
                new AppliedShape(false, [.. shapes], [.. problems.Select(RowProblemShape.Of)], [.. desired.Notes.Select(RowProblemShape.Of)]),
                CliJson.Default.AppliedShape);
        }
        else
        {
            printer.Print(problems);
            printer.Print(desired.Notes, "note: ");
            if (files.NamesOtherThan(folder.Templates))
            {
                printer.Note("note: without storage, templates of table Templates are not known here. Name the folder of their files with --templates, or put them into the file under 'templates:'.");
            }

            if (problems.Length == 0)
            {
                var own = desired.Templates.Count > 0 ? $", {Counted.Of(desired.Templates.Count, "template")}" : "";
                printer.Line($"Valid: {Counted.Of(desired.Sources.Count, "source")}, {Counted.Of(desired.Destinations.Count, "destination")}{own}.");
            }
        }

        return problems.Length == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
