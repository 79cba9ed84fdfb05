using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Destinations;

namespace AuditFunctions.Cli.Commands.Destinations;

/// <summary><c>auditfn destinations remove NAME</c></summary>
internal sealed class RemoveDestinationCommand : StorageCommand
{
    private readonly Argument<string> _name = Names.Argument("The destination.");
    private readonly Option<bool> _force = new("--force")
    {
        Description = "Remove it even while sources name it or batches wait for it: they are not fetched any more, and what was fetched waits.",
    };

    /// <summary>The command.</summary>
    public RemoveDestinationCommand(Surroundings here)
        : base(
            here,
            "remove",
            "Removes a destination's row, without asking; refuses while a source names it or batches wait for it.",
            "auditfn destinations remove splunk")
    {
        Arguments.Add(_name);
        Options.Add(_force);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(_name);
        var removed = await new RemoveDestination(installation).RunAsync(name, parsed.GetValue(_force), cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(new RemovedShape(name, removed, 0), CliJson.Default.RemovedShape);
            return ExitCode.Done;
        }

        printer.Line($"destination '{name}': removed");
        return ExitCode.Done;
    }
}
