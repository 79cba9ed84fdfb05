using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Configuration;
using AuditFunctions.Operations;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary><c>auditfn dead-letters list</c></summary>
internal sealed class ListDeadLettersCommand : LetterCommand
{
    // Longer ones are shown whole by show and --json.
    private const int LongestReason = 100;

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "How many to list one by one; more are counted by reason. 0: all. With --json all are listed.",
        DefaultValueFactory = _ => 20,
    };

    /// <summary>The command.</summary>
    public ListDeadLettersCommand(Surroundings here)
        : base(here, "list", "Lists what could not be delivered, and why. Times are UTC.", "auditfn dead-letters list", "auditfn dead-letters list --source okta-prod --reason \"code 6\" --json")
    {
        _limit.Refuse(limit => limit is >= 0 and <= 1_000_000, "--limit must be a number from 0 to 1000000.");
        Options.Add(_limit);
    }

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

        var limit = parsed.GetValue(_limit) is > 0 and var most ? most : all.Count;
        if (all.Count > limit)
        {
            PrintReasons(all, printer);
            printer.Line();
        }

        PrintLetters(all.Take(limit), printer);
        printer.Note($"{Counted.Of(all.Count, "dead letter")} with {Counted.Of(all.Sum(letter => (long)(letter.Events ?? 0)), "event")}{(all.Count > limit ? $"; the first {limit:N0} are listed, --limit 0 lists all" : "")}.");
        return ExitCode.Done;
    }

    private static void PrintReasons(List<DeadLetterShape> letters, Printer printer) => printer.Table(
        ["dead letters", "events", "destination", "reason"],
        letters
            .GroupBy(letter => (letter.Destination, Reason: Lines.One(letter.Reason, LongestReason)))
            .OrderByDescending(group => group.Count())
            .Select(group => new[] { $"{group.Count():N0}", $"{group.Sum(letter => (long)(letter.Events ?? 0)):N0}", group.Key.Destination, group.Key.Reason }));

    private void PrintLetters(IEnumerable<DeadLetterShape> letters, Printer printer)
    {
        var now = Here.Time.GetUtcNow();
        printer.Table(["day", "source", "destination", "id", "events", "given up", "retries", "reason"], letters.Select(letter => new[]
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
    }
}
