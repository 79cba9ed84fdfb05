using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Hosting;
using AuditFunctions.Operations;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary><c>auditfn dead-letters discard</c></summary>
internal sealed class DiscardDeadLettersCommand : LetterCommand
{
    private readonly Option<bool> _yes = new("--yes") { Description = "Really remove them; without it the command only counts." };

    /// <summary>The command.</summary>
    public DiscardDeadLettersCommand(Surroundings here)
        : base(
            here,
            "discard",
            "Removes dead letters for good. Export them first if they may be needed.",
            "auditfn dead-letters discard --day 2026-01-31 --source okta-prod --yes") => Options.Add(_yes);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(DeadLetterActions letters, DeadLetterFilter filter, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var really = parsed.GetValue(_yes);
        var names = await letters.DiscardAsync(filter, really, cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(new DiscardedShape(really, names), CliJson.Default.DiscardedShape);
            return really ? ExitCode.Done : ExitCode.Failed;
        }

        if (really)
        {
            printer.Line($"{Counted.Of(names.Count, "dead letter")} removed.");
            return ExitCode.Done;
        }

        throw new OperationException($"{Counted.Of(names.Count, "dead letter")} would be removed for good; nothing was. Add --yes to remove them.");
    }
}
