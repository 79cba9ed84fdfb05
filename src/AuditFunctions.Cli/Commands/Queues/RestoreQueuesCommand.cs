using System.CommandLine;
using AuditFunctions.Cli.Output;
using AuditFunctions.Cli.Shared;
using AuditFunctions.Operations;
using AuditFunctions.Operations.Queues;

namespace AuditFunctions.Cli.Commands.Queues;

/// <summary><c>auditfn queues restore</c></summary>
internal sealed class RestoreQueuesCommand(Surroundings here)
    : StorageCommand(here, "restore", "Moves messages that the Functions host gave up on back into queues fetch and ship. May be repeated.", "auditfn queues restore")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(Installation installation, ParseResult parsed, Printer printer, CancellationToken cancellationToken)
    {
        var restored = await new RestoreQueues(installation).RunAsync(cancellationToken);
        if (WantsJson(parsed))
        {
            printer.Json(new RestoredShape([.. restored.Select(queue => new RestoredQueueShape(queue.Queue, queue.Messages))]), CliJson.Default.RestoredShape);
            return ExitCode.Done;
        }

        foreach (var queue in restored)
        {
            printer.Line($"queue '{queue.Queue}': {Counted.Of(queue.Messages, "message")} moved back");
        }

        return ExitCode.Done;
    }
}
