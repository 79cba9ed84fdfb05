using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Telemetry;

/// <summary>How long events of a partition took: medians over its latest batches.</summary>
/// <param name="Delivery">From the newest event of a batch to its delivery; null when no event had a time.</param>
/// <param name="Run">From the fetch of its page to its delivery: the share that is ours.</param>
public sealed record DeliveryTime(TimeSpan? Delivery, TimeSpan Run);

/// <summary>Keeps the latest batches of each partition, so that reading on needs only what is new.</summary>
public sealed class DeliveryTimes
{
    /// <summary>Batches that count for each partition.</summary>
    public const int Kept = 50;

    private readonly Dictionary<PartitionId, SortedSet<DeliveredBatch>> _latest = [];

    /// <summary>The latest delivery so far.</summary>
    public DateTimeOffset? NewestAt { get; private set; }

    /// <summary>Adds a batch; one that is known already changes nothing.</summary>
    public void Add(DeliveredBatch batch)
    {
        if (!_latest.TryGetValue(batch.Partition, out var latest))
        {
            _latest[batch.Partition] = latest = new SortedSet<DeliveredBatch>(Comparer<DeliveredBatch>.Create(ByInstant));
        }

        NewestAt = NewestAt > batch.DeliveredAt ? NewestAt : batch.DeliveredAt;
        if (latest.Add(batch) && latest.Count > Kept)
        {
            latest.Remove(latest.Min!);
        }
    }

    /// <summary>The medians of a partition, or null when nothing was delivered.</summary>
    public DeliveryTime? Of(PartitionId partition)
    {
        if (!_latest.TryGetValue(partition, out var latest))
        {
            return null;
        }

        TimeSpan[] deliveries = [.. latest.Where(batch => batch.NewestAt is not null).Select(batch => batch.DeliveredAt - batch.NewestAt!.Value).Order()];
        TimeSpan[] runs = [.. latest.Select(batch => batch.DeliveredAt - batch.FetchedAt).Order()];
        return new DeliveryTime(deliveries.Length > 0 ? deliveries[deliveries.Length / 2] : null, runs[runs.Length / 2]);
    }

    private static int ByInstant(DeliveredBatch one, DeliveredBatch other)
    {
        var order = one.DeliveredAt.CompareTo(other.DeliveredAt);
        return order != 0 ? order : string.CompareOrdinal(one.BatchId, other.BatchId);
    }
}
