namespace AuditFunctions.Cli.Output;

/// <summary>What was moved back from the Functions host's poison queues.</summary>
internal sealed record RestoredShape(IReadOnlyList<RestoredQueueShape> Queues);

/// <summary>How many messages of one of them.</summary>
internal sealed record RestoredQueueShape(string Queue, int Messages);
