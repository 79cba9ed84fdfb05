using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration.Rows;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Rows;

namespace AuditFunctions.Cli.Commands.Rows;

/// <summary><c>auditfn apply FILE…</c></summary>
internal sealed class ApplyCommand : CliCommand
{
    private readonly Argument<string[]> _files = RowFileArgument.Create();
    private readonly Option<string?> _templates = TemplateFolderOption.Create();
    private readonly Option<string?> _storage = StorageCommand.StorageOption();

    /// <summary>The command.</summary>
    public ApplyCommand(Surroundings here)
        : base(
            here,
            "apply",
            "Writes the sources, destinations and templates of row files: all when all are valid, else none. Rows that the files do not name stay as they are.",
            "auditfn apply rows.yaml",
            "auditfn apply sources.yaml destinations.yaml --json",
            "auditfn apply rows.yaml --templates my-templates")
    {
        Arguments.Add(_files);
        Options.Add(_templates);
        Options.Add(_storage);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        // What is wrong with the files themselves is said without asking storage, which may hold a template that they name.
        var files = await RowFiles.ReadAsync(parsed.GetRequiredValue(_files), Here.Folder, cancellationToken);
        var folder = await TemplateFolder.ReadAsync(parsed.GetValue(_templates), Here.Folder, cancellationToken);
        RowProblem[] problems = [.. folder.Problems, .. files.NamesOtherThan(folder.Templates) ? files.Problems : files.Check(folder.Templates).Problems];
        if (problems.Length > 0)
        {
            return AppliedLines.Refuse(printer, problems, WantsJson(parsed));
        }

        var applied = await Installation.UseAsync(
            Here.SettingsWith(parsed.GetValue(_storage)),
            Here.Time,
            printer.Note,
            installation => new ApplyRows(installation).RunAsync(files, cancellationToken),
            cancellationToken,
            folder.Templates);
        if (applied.Problems.Count == 0 && files.NamesOneOf(folder.Files))
        {
            printer.Note("note: templates of the folder were not written: every process needs it ('auditfn run --templates'), and the function app reads table Templates alone ('auditfn templates add').");
        }

        return AppliedLines.Print(printer, applied, WantsJson(parsed));
    }
}
