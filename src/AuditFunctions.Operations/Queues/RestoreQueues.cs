namespace AuditFunctions.Operations.Queues;

/// <summary>What was moved back of a queue.</summary>
/// <param name="Queue">The queue of messages that the Functions host gave up on: <c>ship-poison</c>.</param>
/// <param name="Messages">How many.</param>
public sealed record RestoredQueue(string Queue, int Messages);

/// <summary>Moves messages that the Functions host gave up on back into the queues that they came from. May be repeated.</summary>
public sealed class RestoreQueues(Installation installation)
{
    /// <summary>Moves them.</summary>
    public async Task<IReadOnlyList<RestoredQueue>> RunAsync(CancellationToken cancellationToken)
    {
        var restored = new List<RestoredQueue>();
        foreach (var queue in installation.Storage.Poisons)
        {
            restored.Add(new RestoredQueue(queue.Name, await queue.RestoreAsync(cancellationToken)));
        }

        return restored;
    }
}
