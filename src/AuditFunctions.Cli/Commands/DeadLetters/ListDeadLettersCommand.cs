using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary><c>auditfn dead-letters list</c></summary>
internal sealed class ListDeadLettersCommand(Surroundings here)
    : LetterCommand(here, "list", "Lists what could not be delivered, and why. Times are UTC.", "auditfn dead-letters list", "auditfn dead-letters list --source okta-prod --reason \"code 6\" --json")
{
    // Longer ones are shown whole by show and --json.
    private const int LongestReason = 100;

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(DeadLetterActions letters, DeadLetterFilter filter, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var all = new List<DeadLetterShape>();
        await foreach (var letter in letters.ListAsync(filter, cancellationToken))
        {
            all.Add(DeadLetterShape.Of(letter));
        }

        if (WantsJson(parsed))
        {
            printer.Json(new DeadLetterListShape(all), CliJson.Default.DeadLetterListShape);
            return ExitCode.Done;
        }

        if (all.Count == 0)
        {
            printer.Note("There are no such dead letters.");
            return ExitCode.Done;
        }

        var now = Here.Time.GetUtcNow();
        printer.Table(["day", "source", "destination", "id", "events", "given up", "retries", "reason"], all.Select(letter => new[]
        {
            letter.Name.Split('/')[0],
            letter.Source,
            letter.Destination,
            letter.Id,
            letter.Events is { } events ? $"{events:N0}" : "",
            Instants.Short(letter.GivenUpAt, now),
            letter.RetriedAt is null ? $"{letter.Retries}" : $"{letter.Retries}, on its way",
            Lines.One(letter.Reason, LongestReason),
        }));
        printer.Note($"{Counted.Of(all.Count, "dead letter")} with {Counted.Of(all.Sum(letter => (long)(letter.Events ?? 0)), "event")}.");
        return ExitCode.Done;
    }
}
