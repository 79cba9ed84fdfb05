using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Storage.DeadLetters;

namespace AuditFunctions.Cli.Commands.DeadLetters;

/// <summary><c>auditfn dead-letters retry</c></summary>
internal sealed class RetryDeadLettersCommand(Surroundings here)
    : LetterCommand(
        here,
        "retry",
        "Sends dead letters again: puts them into the ship queue. One that is delivered disappears; one that is refused again stays, with the new reason. Safe to repeat.",
        "auditfn dead-letters retry --destination splunk",
        "auditfn dead-letters retry --id 0123456789abcdef0123456789abcdef-00017")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(DeadLetterActions letters, DeadLetterFilter filter, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var results = new List<RetriedLetterShape>();
        await foreach (var (name, problem) in letters.RetryAsync(filter, cancellationToken))
        {
            results.Add(new RetriedLetterShape(name, problem is null, problem));
            if (problem is not null && !WantsJson(parsed))
            {
                printer.Note($"{name}: not sent: {problem}.");
            }
        }

        var sent = results.Count(result => result.Sent);
        if (WantsJson(parsed))
        {
            printer.Json(new RetriedShape(results), CliJson.Default.RetriedShape);
        }
        else
        {
            printer.Line(results.Count == 0 ? "There are no such dead letters." : $"{Counted.Of(sent, "dead letter")} sent again; 'auditfn run' or the function app delivers them.");
        }

        return sent == results.Count ? ExitCode.Done : ExitCode.Failed;
    }
}
