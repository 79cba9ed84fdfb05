using AuditFunctions.Hosting;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sources.Definition;

namespace AuditFunctions.Operations.Cost;

/// <summary>Reads what an installation does from its rows and checkpoints. Writes nothing.</summary>
public static class PresentWorkload
{
    /// <summary>Reads.</summary>
    /// <param name="installation">Which.</param>
    /// <param name="host">How it runs.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationException">No source is enabled.</exception>
    public static async Task<Workload> ReadAsync(Installation installation, HostFacts host, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await installation.SourcesAsync(cancellationToken);
        var destinations = await installation.DestinationsAsync(cancellationToken);
        var sources = rows.Values.Select(row => row.Definition).OfType<SourceDefinition>().Where(source => source.Enabled).ToArray();
        if (sources.Length == 0)
        {
            throw new OperationException("No source is enabled, so that there is nothing to calculate. Describe an installation: 'auditfn cost --sources 384 --interval 5m --events-per-day 1000000'.");
        }

        var checkpoints = (await installation.Get<CheckpointStore>().ListAsync(null, cancellationToken)).ToLookup(row => row.Partition.Source, row => row.Checkpoint.Status);
        double polls = 0, busy = 0, batches = 0, direct = 0, events = 0, quarters = 0, age = 0;
        foreach (var source in sources)
        {
            var own = TimeSpan.FromDays(1) / source.Timing.Interval;
            polls += own;
            double sent = 0;
            foreach (var status in checkpoints[source.Name].Where(status => status.FirstPollAt < now))
            {
                // What was read at first, of the past, is in it too; the longer it runs, the less that matters.
                var since = Math.Max(1.0 / 24, (now - status.FirstPollAt!.Value).TotalDays);
                age = Math.Max(age, since);
                events += status.Events / since;
                sent += status.Batches / since;
            }

            batches += sent;
            // A batch a poll was small, as a rule; what is beyond that was caught up with.
            direct += Math.Min(own * Math.Max(1, source.Destinations.Count), sent);
            busy += Math.Min(own, sent / Math.Max(1, source.Destinations.Count));
            quarters += 96 * Math.Exp(-sent / 96);
        }

        var perDestination = sources.Max(source => Math.Max(1, source.Destinations.Count));
        return new Workload
        {
            Sources = sources.Length,
            Polls = polls,
            BusyPolls = busy,
            QuietSourceQuarters = quarters,
            Pages = Math.Max(busy, batches / perDestination),
            Batches = batches,
            DirectBatches = direct,
            BlobBatches = 0,
            Events = events,
            Destinations = Math.Max(1, destinations.Count),
            Secrets = sources.Length + destinations.Count,
            Origin = $"rows, and checkpoints of {age:0.0} days",
            Host = host,
        };
    }
}
