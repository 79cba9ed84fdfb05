using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Queues;

namespace AuditFunctions.Pipeline.Storage.Destinations;

/// <summary>How many batches may wait for a destination before the sources that feed it are not polled any more.</summary>
/// <param name="Most">Batches.</param>
public sealed record BacklogLimit(int Most);

/// <summary>How many batches wait for each destination, about.</summary>
/// <param name="Ships">Messages in queue <c>ship</c>, of all destinations together.</param>
/// <param name="Records">The records of the destinations.</param>
/// <param name="Rows">How many destinations there are.</param>
/// <param name="Limit">How many may wait.</param>
public sealed record WaitingBatches(int Ships, IReadOnlyDictionary<string, DestinationRecord> Records, int Rows, BacklogLimit Limit)
{
    /// <summary>
    /// How many wait for a destination: what was counted, but never more than the queue holds, so that a miscount cannot stop a source for ever. A
    /// lone destination's is the queue itself, unless batches wait for one that is gone.
    /// </summary>
    public long Of(string destination) =>
        Rows <= 1 && !Records.Any(other => other.Key != destination && other.Value.Backlog > 0)
            ? Ships
            : Math.Min(Records.GetValueOrDefault(destination)?.Backlog ?? 0, Ships);

    /// <summary>Why a source that feeds some destinations is not polled; null when it is.</summary>
    public string? WhyBlocked(IEnumerable<string> destinations)
    {
        foreach (var name in destinations)
        {
            if (Of(name) > Limit.Most)
            {
                return $"{Of(name):N0} batches wait for destination '{name}', more than {Limit.Most:N0}; the vendor keeps the events meanwhile";
            }
        }

        return null;
    }
}

/// <summary>Tells whether a destination's backlog is too long for more. Thread safe.</summary>
public sealed class Backpressure(StorageAccount storage, DestinationRecords records, BacklogLimit limit)
{
    private readonly MessageQueue _ships = new(storage.ShipQueue);

    /// <summary>Reads how many batches wait; when none does at all, the counts are set right.</summary>
    /// <param name="destinations">How many destinations there are.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<WaitingBatches> ReadAsync(int destinations, CancellationToken cancellationToken)
    {
        var known = await records.ListAsync(cancellationToken);
        return new WaitingBatches(await _ships.CountAsync(cancellationToken), known, destinations, limit);
    }

    /// <summary>Sets the counts right when the queue is empty.</summary>
    public async Task CorrectAsync(WaitingBatches waiting, CancellationToken cancellationToken)
    {
        if (waiting.Ships > 0)
        {
            return;
        }

        foreach (var (destination, record) in waiting.Records.Where(known => known.Value.Backlog > 0))
        {
            await records.ChangeAsync(destination, record, now => now.Backlog == record.Backlog ? now with { Backlog = 0 } : now, cancellationToken);
        }
    }
}
