using System.CommandLine;
using AuditFunctions.Cli.Commands.Rows;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Rows;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary><c>auditfn templates add FILE…</c></summary>
internal sealed class AddTemplateCommand : StorageCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "YAML files that hold a template each.", Arity = ArgumentArity.OneOrMore };

    /// <summary>The command.</summary>
    public AddTemplateCommand(Surroundings here)
        : base(
            here,
            "add",
            "Adds templates of your own to the installation, or changes them: all when all are valid, else none. One of the name of a shipped template stands before it.",
            "auditfn templates add acme-audit.yaml") =>
        Arguments.Add(_files);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var files = await RowFiles.ReadTemplatesAsync(parsed.GetRequiredValue(_files), Here.Folder, cancellationToken);
        return AppliedLines.Print(printer, await new ApplyRows(installation).RunAsync(files, cancellationToken), WantsJson(parsed));
    }
}
