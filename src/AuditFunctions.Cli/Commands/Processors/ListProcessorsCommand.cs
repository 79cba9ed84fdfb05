using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Sources.Catalogs;

namespace AuditFunctions.Cli.Commands.Processors;

/// <summary><c>auditfn processors list</c></summary>
internal sealed class ListProcessorsCommand(Surroundings here) : CliCommand(here, "list", "Lists what can be done to events before they are shipped.", "auditfn processors list")
{
    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        if (WantsJson(parsed))
        {
            printer.Json(new ProcessorListShape([.. SourceCatalogs.Actions.Select(action => new ProcessorShape(action.Name, action.Keys, action.What))]), CliJson.Default.ProcessorListShape);
        }
        else
        {
            printer.Table(["action", "what it does"], SourceCatalogs.Actions.Select(action => new[] { action.Name, action.What }));
            printer.Note("'auditfn processors show NAME' lists an action's keys.");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
