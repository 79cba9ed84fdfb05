using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Operations;

namespace AuditFunctions.Cli.Commands.Queues;

/// <summary><c>auditfn queues restore</c></summary>
internal sealed class RestoreQueuesCommand(Surroundings here)
    : StorageCommand(here, "restore", "Moves messages that the Functions host gave up on back into queues fetch and ship. May be repeated.", "auditfn queues restore")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var restored = new List<RestoredQueueShape>();
        foreach (var queue in installation.Storage.Poisons)
        {
            restored.Add(new RestoredQueueShape(queue.Name, await queue.RestoreAsync(cancellationToken)));
        }

        if (WantsJson(parsed))
        {
            printer.Json(new RestoredShape(restored), CliJson.Default.RestoredShape);
            return ExitCode.Done;
        }

        foreach (var queue in restored)
        {
            printer.Line($"queue '{queue.Queue}': {Counted.Of(queue.Messages, "message")} moved back");
        }

        return ExitCode.Done;
    }
}
