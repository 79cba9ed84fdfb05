using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Rows;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary><c>auditfn templates remove NAME</c></summary>
internal sealed class RemoveTemplateCommand : StorageCommand
{
    private readonly Argument<string> _name = Names.Argument("The template.");

    /// <summary>The command.</summary>
    public RemoveTemplateCommand(Surroundings here)
        : base(here, "remove", "Removes a template of your own that no source names.", "auditfn templates remove acme-audit") => Arguments.Add(_name);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(_name);
        await new RemoveTemplate(installation).RunAsync(name, cancellationToken);
        RemovedLine.Print(printer, "template", name, WantsJson(parsed));
        return ExitCode.Done;
    }
}
