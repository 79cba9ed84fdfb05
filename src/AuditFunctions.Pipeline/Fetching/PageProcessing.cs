using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Pipeline.Storage.Lookups;
using AuditFunctions.Pipeline.Storage.Subjects;
using AuditFunctions.Pipeline.Telemetry;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Sources.Processors;
using AuditFunctions.Sources.Processors.Files;
using AuditFunctions.Sources.Processors.Subjects;
using Microsoft.Extensions.Logging;

namespace AuditFunctions.Pipeline.Fetching;

/// <summary>Applies a source's processors to the fresh events of a page, and counts what they did.</summary>
internal sealed class PageProcessing(ISecretStore secrets, LookupCache lookups, SubjectKeyCache subjects, PipelineMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>Loads the lookup files that the source's processors need.</summary>
    /// <param name="source">The source.</param>
    /// <param name="partition">For which partition.</param>
    /// <param name="versions">The versions with which a page was in flight when a run broke off; null for those that are there.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<WindowLookups> LoadAsync(SourceDefinition source, PartitionId partition, string? versions, CancellationToken cancellationToken)
    {
        var (files, wanted, found) = (new Dictionary<LookupFile, LoadedLookup>(), WindowLookups.Read(versions), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var file in source.LookupFiles)
        {
            // Two actions must not see two versions of one file.
            var version = found.GetValueOrDefault(file.Name) ?? wanted.GetValueOrDefault(file.Name);
            var loaded = await lookups.GetAsync(file, version, cancellationToken);
            if (version is not null && loaded.Version != version)
            {
                FetchingLog.LookupReplaced(log, partition.Source, partition.Partition, file.Name);
            }

            files[file] = loaded;
            found[file.Name] = loaded.Version;
        }

        return files.Count == 0 ? WindowLookups.None : new WindowLookups(files, WindowLookups.Write(found));
    }

    /// <summary>Applies them; nothing is counted yet.</summary>
    /// <param name="list">The processors.</param>
    /// <param name="files">What was read of their lookup files.</param>
    /// <param name="fresh">The events.</param>
    /// <param name="partition">Where they come from.</param>
    /// <param name="memory">What events of earlier pages said.</param>
    /// <param name="cancellationToken">Ends the reading of secrets.</param>
    /// <remarks>
    /// Which subjects' data keys, and what of earlier pages is needed shows when the list is applied: what is not in memory is read together, and the page is
    /// begun again.
    /// </remarks>
    /// <exception cref="SecretException">A key could not be read, or has another value than before; no event may go on then.</exception>
    public async Task<ProcessedEvents> ApplyAsync(
        ProcessorList list, WindowLookups files, IFreshEvents fresh, PartitionId partition, RepeatMemory memory, CancellationToken cancellationToken)
    {
        var keys = new Dictionary<SecretName, byte[]>();
        foreach (var name in list.Secrets)
        {
            keys[name] = ProcessorList.KeyOf(name, (await secrets.GetAsync(name, SecretRead.Cached, cancellationToken)).Reveal());
        }

        await subjects.CheckAsync(keys, cancellationToken);
        var (page, repeats) = (new PageSubjects(subjects.Known), memory.Page());
        while (true)
        {
            repeats.Begin();
            var processed = Apply(list, new ProcessorMeans(keys, files.Files) { Clock = time, Subjects = page, Repeats = repeats }, fresh, partition, cancellationToken);
            if (page.Wanted.Count == 0 && repeats.Wanted.Count == 0)
            {
                processed.Repeats = repeats.Added;
                return processed;
            }

            processed.Dispose();
            await subjects.LoadAsync(page, keys, cancellationToken);
            await memory.LoadAsync(repeats, cancellationToken);
        }
    }

    /// <summary>Counts what they did, once the page is this run's.</summary>
    /// <returns>How many events each left out.</returns>
    public IReadOnlyList<KeyValuePair<string, long>> Report(ProcessorList list, ProcessedEvents processed, PartitionId partition)
    {
        var failed = 0;
        var dropped = new List<KeyValuePair<string, long>>();
        foreach (var count in processed.Counts.Skip(list.Shared))
        {
            if (count.Dropped > 0)
            {
                dropped.Add(new(count.Name, count.Dropped));
            }

            metrics.Processed(partition.Source, count.Name, count.Dropped, count.Failed);
            failed += count.Failed;
        }

        if (failed > 0 && processed.FirstFailure is { } first)
        {
            var fate = list.OnError switch { ProcessorErrorPolicy.DeadLetter => "dead-letter", ProcessorErrorPolicy.Drop => "drop", _ => "pass" };
            FetchingLog.ProcessorsFailed(log, partition.Source, partition.Partition, failed, fate, first);
        }

        return dropped;
    }

    private static ProcessedEvents Apply(ProcessorList list, ProcessorMeans means, IFreshEvents fresh, PartitionId partition, CancellationToken cancellationToken)
    {
        using var run = list.Start(partition.Partition, means);
        var processed = new ProcessedEvents(fresh, list.OnError);
        try
        {
            processed.Apply(run, cancellationToken);
            return processed;
        }
        catch
        {
            processed.Dispose();
            throw;
        }
    }
}
