using System.Collections.Concurrent;
using AuditFunctions.Sources;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Reports a doubt about what a source reads, once for each source. Thread safe.</summary>
internal sealed class Doubts(ILogger log)
{
    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    /// <summary>Reports it, if none was reported of the source.</summary>
    public void Note(PartitionId partition, string doubt)
    {
        if (_reported.TryAdd(partition.Source, true))
        {
            FetchingLog.Doubted(log, partition.Source, partition.Partition, doubt);
        }
    }
}
