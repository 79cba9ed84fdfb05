using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Sources;

namespace AuditFunctions.Cli.Commands.Sources;

/// <summary><c>auditfn sources remove NAME</c></summary>
internal sealed class RemoveSourceCommand : StorageCommand
{
    private readonly Argument<string> _name = Names.Argument("The source.");
    private readonly Option<bool> _forget = new("--forget") { Description = "Remove its checkpoint too: a source of the same name would start over." };

    /// <summary>The command.</summary>
    public RemoveSourceCommand(Surroundings here)
        : base(
            here,
            "remove",
            "Removes a source's row, without asking. Its checkpoint stays, so that a source of the same name goes on where this one ended.",
            "auditfn sources remove okta-prod",
            "auditfn sources remove okta-prod --forget")
    {
        Arguments.Add(_name);
        Options.Add(_forget);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(_name);
        var forget = parsed.GetValue(_forget);
        var removed = await new RemoveSource(installation).RunAsync(name, forget, cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(new RemovedShape(name, removed.Row, removed.Checkpoints), CliJson.Default.RemovedShape);
            return ExitCode.Done;
        }

        printer.Line($"source '{name}': removed{(forget ? ", with its checkpoint" : "; its checkpoint is kept, so that a source of this name goes on where it ended (--forget removes it)")}");
        if (removed.Table is { } table)
        {
            printer.Line($"lookup file '{table}', the table of its listing: removed");
        }

        return ExitCode.Done;
    }
}
