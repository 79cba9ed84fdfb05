using AuditFunctions.Sources;

namespace AuditFunctions.Pipeline.Storage.Deliveries;

/// <summary>A batch that was delivered.</summary>
/// <param name="Partition">Where its events come from.</param>
/// <param name="BatchId">The batch.</param>
/// <param name="DeliveredAt">When.</param>
/// <param name="FetchedAt">When its page was fetched.</param>
/// <param name="NewestAt">Its newest event's time, if one could be read.</param>
/// <param name="Destination">Where it went.</param>
public sealed record DeliveredBatch(PartitionId Partition, string BatchId, DateTimeOffset DeliveredAt, DateTimeOffset FetchedAt, DateTimeOffset? NewestAt, string Destination = "");
