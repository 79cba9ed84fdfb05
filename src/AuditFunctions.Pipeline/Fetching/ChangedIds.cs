using System.Collections.Concurrent;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Counts events that were dropped as sent although their bytes have changed, and reports that once for each source. Thread safe.</summary>
internal sealed class ChangedIds(PipelineMetrics metrics, ILogger log)
{
    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    /// <summary>Counts those of a page.</summary>
    public void Note(PartitionId partition, int changed)
    {
        if (changed == 0)
        {
            return;
        }

        metrics.IdChanged(partition.Source, changed);
        if (_reported.TryAdd(partition.Source, true))
        {
            FetchingLog.IdChanged(log, partition.Source, partition.Partition);
        }
    }
}
