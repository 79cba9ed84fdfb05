using System.CommandLine;
using AuditFunctions.Cli.Output;
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
    protected override async Task<int> RunAsync(Installation installation, IAsyncEnumerable<DeadLetter> letters, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var store = installation.Get<DeadLetterStore>();
        var really = parsed.GetValue(_yes);
        var names = new List<string>();
        await foreach (var letter in letters)
        {
            if (really)
            {
                await store.RemoveAsync(letter.Name, cancellationToken);
            }

            names.Add(letter.Name);
        }

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

        throw new CommandException($"{Counted.Of(names.Count, "dead letter")} would be removed for good; nothing was. Add --yes to remove them.");
    }
}
