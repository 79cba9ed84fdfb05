using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Operations;
using AuditFunctions.Pipeline.Storage.Checkpoints;

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
        // A row that is gone already may have left a checkpoint that is to be forgotten.
        var name = parsed.GetRequiredValue(_name);
        var rows = await installation.SourcesAsync(cancellationToken);
        var removed = rows.ContainsKey(name) && await installation.Sources.RemoveAsync(name, cancellationToken);
        var forget = parsed.GetValue(_forget);
        var forgotten = forget ? await installation.Get<CheckpointStore>().RemoveAsync(name, cancellationToken) : 0;
        if (!removed && forgotten == 0)
        {
            throw KnownNames.Unknown("source", name, rows.Keys);
        }

        if (WantsJson(parsed))
        {
            printer.Json(new RemovedShape(name, removed, forgotten), CliJson.Default.RemovedShape);
            return ExitCode.Done;
        }

        printer.Line($"source '{name}': removed{(forget ? ", with its checkpoint" : "; its checkpoint is kept, so that a source of this name goes on where it ended (--forget removes it)")}");
        return ExitCode.Done;
    }
}
