using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Rows;
using AuditFunctions.Sources.Templates;

namespace AuditFunctions.Cli.Commands.Rows;

/// <summary><c>auditfn validate FILE…</c></summary>
internal sealed class ValidateCommand : CliCommand
{
    private readonly Argument<string[]> _files = RowFileArgument.Create();

    /// <summary>The command.</summary>
    public ValidateCommand(Surroundings here)
        : base(here, "validate", "Checks row files as 'apply' does, without storage or network; writes nothing.", "auditfn validate rows.yaml", "auditfn validate rows/*.yaml --json") =>
        Arguments.Add(_files);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var files = await RowFiles.ReadAsync(parsed.GetRequiredValue(_files), Here.Folder, cancellationToken);
        var desired = files.Check(new TemplateCatalog());
        if (WantsJson(parsed))
        {
            var shapes = files.Rows.Select(row => new AppliedRowShape(row.Kind.Word(), row.Row.Name, null, []));
            printer.Json(
                new AppliedShape(false, [.. shapes], [.. desired.Problems.Select(RowProblemShape.Of)], [.. desired.Notes.Select(RowProblemShape.Of)]),
                CliJson.Default.AppliedShape);
        }
        else
        {
            printer.Print(desired.Problems);
            printer.Print(desired.Notes, "note: ");
            if (desired.Problems.Count == 0)
            {
                var templates = desired.Templates.Count > 0 ? $", {Counted.Of(desired.Templates.Count, "template")}" : "";
                printer.Line($"Valid: {Counted.Of(desired.Sources.Count, "source")}, {Counted.Of(desired.Destinations.Count, "destination")}{templates}.");
            }
        }

        return desired.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
