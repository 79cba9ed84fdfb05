using System.Text;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Processors;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Applies a source's processors to the fresh events of a page, and counts what they did.</summary>
internal sealed class PageProcessing(ISecretStore secrets, PipelineMetrics metrics, ILogger log)
{
    /// <summary>Applies them; nothing is counted yet.</summary>
    /// <param name="list">The processors.</param>
    /// <param name="fresh">The events.</param>
    /// <param name="partition">Where they come from.</param>
    /// <param name="cancellationToken">Ends the reading of secrets.</param>
    /// <exception cref="SecretException">A key could not be read; no event may go on then.</exception>
    public async Task<ProcessedEvents> ApplyAsync(ProcessorList list, FreshEvents fresh, PartitionId partition, CancellationToken cancellationToken)
    {
        var keys = new Dictionary<SecretName, byte[]>();
        foreach (var name in list.Secrets)
        {
            keys[name] = Encoding.UTF8.GetBytes((await secrets.GetAsync(name, SecretRead.Cached, cancellationToken)).Reveal());
        }

        return Apply(list, keys, fresh, partition);
    }

    /// <summary>Counts what they did, once the page is this run's.</summary>
    public void Report(ProcessorList list, ProcessedEvents processed, PartitionId partition)
    {
        var failed = 0;
        foreach (var count in processed.Counts.Skip(list.Shared))
        {
            metrics.Processed(partition.Source, count.Name, count.Dropped, count.Failed);
            failed += count.Failed;
        }

        if (failed > 0 && processed.FirstFailure is { } first)
        {
            var fate = list.OnError switch { ProcessorErrorPolicy.DeadLetter => "dead-letter", ProcessorErrorPolicy.Drop => "drop", _ => "pass" };
            FetchingLog.ProcessorsFailed(log, partition.Source, partition.Partition, failed, fate, first);
        }
    }

    private static ProcessedEvents Apply(ProcessorList list, Dictionary<SecretName, byte[]> keys, FreshEvents fresh, PartitionId partition)
    {
        using var run = list.Start(partition.Partition, keys);
        var processed = new ProcessedEvents(fresh, list.OnError);
        try
        {
            processed.Apply(run);
            return processed;
        }
        catch
        {
            processed.Dispose();
            throw;
        }
    }
}
