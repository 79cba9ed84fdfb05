using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sources;

namespace AuditFunctions.Tests.Crashes;

/// <summary>What must be true after every run, wherever the process was killed.</summary>
internal static class SweepCheck
{
    /// <summary>Looks.</summary>
    /// <returns>What is wrong, how many events arrived twice, and which lie in the dead-letter store.</returns>
    public static async Task<(IReadOnlyList<string> Problems, int Duplicates, IReadOnlyList<string> DeadLettered)> RunAsync(
        SweepScenario scenario, SweepMoment moment, IReadOnlyList<string>? deadLettered, CancellationToken ct)
    {
        var problems = new List<string>();
        var letters = await SweepDeadLetters.ReadAsync(scenario.Installation.Storage, ct);
        string[] dead = [.. scenario.EventsOf.Values.SelectMany(ids => ids).Where(letters.Holds).Order(StringComparer.Ordinal)];
        var duplicates = Delivered(scenario, moment, letters, problems);
        if (!dead.Contains(scenario.RefusedId))
        {
            problems.Add($"the refused event {scenario.RefusedId} is not in the dead-letter store");
        }

        if (deadLettered is not null && !dead.SequenceEqual(deadLettered))
        {
            problems.Add($"the dead letters are {string.Join(",", dead)}, without a crash {string.Join(",", deadLettered)}");
        }

        await LedgerAsync(scenario, moment, problems, ct);
        await CheckpointsAsync(scenario, problems, ct);
        await StorageAsync(scenario.Installation.Storage, problems, ct);
        return (problems, duplicates, dead);
    }

    private static int Delivered(SweepScenario scenario, SweepMoment moment, SweepDeadLetters letters, List<string> problems)
    {
        var duplicates = 0;
        foreach (var (destination, sources) in scenario.SourcesOf)
        {
            foreach (var id in sources.SelectMany(source => scenario.EventsOf[source]))
            {
                var arrivals = scenario.SiemOf(destination).CountOf(id);
                duplicates += Math.Max(0, arrivals - 1);
                var wrong = (arrivals, letters.Holds(id) && destination == SweepScenario.Lake) switch
                {
                    (0, false) => "was lost",
                    ( > 2, _) => $"arrived {arrivals} times",
                    (2, _) when !moment.WasInFlight(destination, id) => moment.Marked.Contains($"{destination}/{id}") ? "arrived again although its batch was marked" : "arrived twice although the crash did not interrupt its delivery",
                    _ => null,
                };
                if (wrong is not null)
                {
                    problems.Add($"event {id} {wrong} at {destination}");
                }
            }
        }

        return duplicates;
    }

    private static async Task LedgerAsync(SweepScenario scenario, SweepMoment moment, List<string> problems, CancellationToken ct)
    {
        var ledger = await SweepLedger.ReadAsync(scenario.Installation.Storage, ct);
        if (moment == SweepMoment.None && ledger.Direct == 0)
        {
            problems.Add("no batch was delivered by a fetch itself, which the sweep is about too");
        }

        problems.AddRange(ledger.NotDelivered.Select(row => $"ledger row {row} is not delivered"));
        foreach (var (destination, sources) in scenario.SourcesOf)
        {
            var seen = SweepDeliveries.BatchesOf(scenario.SiemOf(destination), destination);
            foreach (var source in sources)
            {
                var expected = scenario.EventsOf[source].Count;
                if (ledger.EventsOf(destination, source) is var events && events != expected)
                {
                    problems.Add($"the ledger has {events} events of source {source} as delivered to {destination}, not {expected}");
                }
            }

            if (ledger.DeliveredTo(destination).FirstOrDefault(id => !seen.ContainsKey(id)) is { } unseen)
            {
                problems.Add($"the ledger has batch {unseen} as delivered, which {destination} has never seen");
            }
        }
    }

    private static async Task CheckpointsAsync(SweepScenario scenario, List<string> problems, CancellationToken ct)
    {
        foreach (var (source, newest) in scenario.NewestOf)
        {
            var checkpoint = await scenario.Installation.Checkpoints.ReadAsync(new PartitionId(source, PartitionId.Single), ct);
            if (checkpoint.MarkAt != newest || checkpoint.Window is not null || checkpoint.LeaseOwner is not null || checkpoint.Status.Failures > 0)
            {
                problems.Add($"the checkpoint of {source} is at {checkpoint.MarkAt:O} instead of {newest:O}, window {checkpoint.Window}, lease {checkpoint.LeaseOwner}, failures {checkpoint.Status.Failures}");
            }
        }
    }

    private static async Task StorageAsync(StorageAccount storage, List<string> problems, CancellationToken ct)
    {
        await foreach (var blob in storage.Batches.GetBlobsAsync(cancellationToken: ct))
        {
            problems.Add($"blob {blob.Name} was left behind");
        }

        foreach (var queue in new[] { storage.FetchQueue, storage.ShipQueue })
        {
            if (await new MessageQueue(queue).CountAsync(ct) is var left and > 0)
            {
                problems.Add($"{left} messages are left in queue {queue.Name}");
            }
        }
    }
}
