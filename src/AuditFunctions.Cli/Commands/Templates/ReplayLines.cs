using AuditFunctions.Cli.Output;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Contracts;

namespace AuditFunctions.Cli.Commands.Templates;

/// <summary>A replayed contract for people: each step, and of one that is wrong what was expected and what came.</summary>
internal static class ReplayLines
{
    /// <summary>Writes it.</summary>
    public static void Print(Printer printer, ContractFile file, int variant, ReplayedContract replayed)
    {
        printer.Line($"{file.File}{(variant == 0 ? "" : $", variant {variant}")}, template {file.Contract.Name} ({file.Template})");
        foreach (var problem in replayed.Problems)
        {
            printer.Line($"  WRONG {problem}");
        }

        foreach (var poll in replayed.Polls)
        {
            printer.Line($"  {poll.Title}");
            foreach (var exchange in poll.Exchanges)
            {
                printer.Line($"    {(exchange.Wrong.Count == 0 ? "ok   " : "WRONG")} {exchange.Asked} -> {exchange.Status}");
                Print(printer, exchange.Wrong);
            }

            printer.Line($"    {(poll.Differing.Count == 0 ? "ok   " : "WRONG")} {Counted.Of(poll.Events, "event")}, {poll.Ended}");
            Print(printer, poll.Differing);
        }

        var polls = Counted.Of(replayed.Polls.Count, "poll");
        var wrong = replayed.Polls.Count(poll => poll.Wrong.Count > 0);
        printer.Line(replayed.IsKept ? $"Kept: {polls}, {Counted.Of(replayed.Polls.Sum(poll => poll.Exchanges.Count), "request")}."
            : replayed.Polls.Count == 0 ? "Not kept: nothing could be asked." : $"Not kept: {wrong} of {polls}.");
    }

    private static void Print(Printer printer, IEnumerable<string> wrong)
    {
        foreach (var line in wrong)
        {
            printer.Line($"          {line}");
        }
    }
}
