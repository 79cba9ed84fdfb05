using System.Globalization;
using AuditFunctions.Chaos.Account;
using AuditFunctions.Chaos.Children;
using AuditFunctions.Chaos.Plan;
using AuditFunctions.Chaos.Stage;
using AuditFunctions.Chaos.Storage;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sandbox;

namespace AuditFunctions.Chaos;

/// <summary>
/// Lets several <c>auditfn run</c> processes work while vendors publish and everything fails, stops the faults, waits for the rest, and draws up the
/// account. See docs/building.md.
/// </summary>
public static class ChaosRun
{
    // A run that did less than this proved nothing.
    private const int EventsPerMinute = 2_000;
    private const int MostOutstanding = 60_000;

    // Longer than any wait that a run's failures can have grown to: after it nothing more will arrive.
    private static readonly TimeSpan Standstill = TimeSpan.FromMinutes(2);

    private static readonly string[] StorageKinds = ["Busy", "Late", "Reset", "LostAnswer", "Silence"];
    private static readonly string[] SiemKinds = ["Throttled 429", "Status 500", "Status 503", "Reset", "Hang", "AnswerLost"];
    private static readonly string[] VendorKinds = ["Throttled 429", "Status 500", "ResetMidBody", "Truncated", "SlowBody"];

    /// <summary>Runs and prints.</summary>
    public static async Task<ChaosAccount> RunAsync(ChaosOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var startedAt = time.GetTimestamp();
        var folder = Directory.CreateDirectory(options.Evidence ?? Path.Combine(Path.GetTempPath(), $"auditfn-chaos-{Environment.ProcessId}-{options.Seed}")).FullName;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Chaos for {options.Minutes} minutes, seed {options.Seed}."));
        ChaosAccount account;
        await using (var stage = await ChaosStage.StartAsync(options, folder, time, cancellationToken))
        {
            var killer = new Killer(stage.Children, options.RandomOf("killer"), time);
            using var watching = new CancellationTokenSource();
            stage.Children.ForEach(child => child.Start());
            var watch = killer.WatchAsync(watching.Token);
            await FailAsync(stage, killer, options, time, cancellationToken);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The faults are over after {time.GetElapsedTime(startedAt).TotalSeconds:0} s; waiting for the rest."));
            var settled = await SettleAsync(stage, options, time, cancellationToken);
            await watching.CancelAsync();
            await watch;
            account = await DrawUpAsync(stage, killer, options, settled, CancellationToken.None);
            account.Add("seconds", string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(startedAt).TotalSeconds:0}"));
        }

        await output.WriteLineAsync(account.ToString());
        if (account.Failures.Count == 0)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            await File.WriteAllLinesAsync(Path.Combine(folder, "failures.txt"), account.Failures, CancellationToken.None);
            await output.WriteLineAsync($"What the processes logged and every body are in {folder}.");
        }

        return account;
    }

    private static async Task FailAsync(ChaosStage stage, Killer killer, ChaosOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(options.Minutes), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        await Task.WhenAll(
        [
            killer.RunAsync(either.Token),
            .. stage.Vendors.Select(vendor => vendor.PublishAsync(() => stage.Outstanding > MostOutstanding, either.Token)),
            .. stage.Siems.Select(siem => siem.FailAsync(either.Token)),
            .. stage.Children.Select(child => child.Doors.ChangeWeatherAsync(either.Token)),
        ]);
        stage.Vendors.ForEach(vendor => vendor.Server.Faults.Clear());
    }

    // Everything has arrived, nothing waits, and every source was polled once more: what would be repeated has been.
    private static async Task<bool> SettleAsync(ChaosStage stage, ChaosOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(options.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        var queue = new MessageQueue(stage.Storage.ShipQueue);
        try
        {
            var (arrived, movedAt) = (0, time.GetTimestamp());
            var wanted = stage.Siems.ToDictionary(siem => siem.Name, siem => WantedBy(stage, siem.Name));
            while (stage.Siems.Exists(siem => stage.Arrivals.CountOf(siem.Name) < wanted[siem.Name]) || await queue.CountAsync(either.Token) > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, either.Token);
                var now = stage.Arrivals.Total().Different;
                (arrived, movedAt) = now > arrived ? (now, time.GetTimestamp()) : (arrived, movedAt);
                if (time.GetElapsedTime(movedAt) > Standstill)
                {
                    return false;
                }
            }

            var requests = stage.Vendors.Select(vendor => vendor.Server.Requests).ToArray();
            while (stage.Vendors.Where((vendor, at) => vendor.Server.Requests == requests[at]).Any() || await queue.CountAsync(either.Token) > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, either.Token);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Nothing is published any more; what a SIEM refuses never arrives.
    private static int WantedBy(ChaosStage stage, string destination) =>
        stage.Vendors.Where(vendor => vendor.Plan.Destinations.Contains(destination)).Sum(vendor => vendor.Server.OfferedIds.Count(id => stage.Refusals.Of(destination, id) is null));

    private static async Task<ChaosAccount> DrawUpAsync(ChaosStage stage, Killer killer, ChaosOptions options, bool settled, CancellationToken cancellationToken)
    {
        var account = new ChaosAccount();
        var letters = await DeadLetters.ReadAsync(stage.Storage, cancellationToken);
        var refused = await RefusedEvents.CheckAsync(stage.Vendors, stage.Refusals, stage.Arrivals, stage.Trace, letters, cancellationToken);
        var lost = (
            from vendor in stage.Vendors
            from destination in vendor.Plan.Destinations
            from one in vendor.Server.Offered
            where !stage.Arrivals.Has(destination, one.Id) && stage.Refusals.Of(destination, one.Id) is null
            select (vendor, destination, one.Id, one.At)).ToArray();
        var duplicates = Duplicates.Of(stage.Arrivals, stage.Bodies, stage.Trace);
        var offered = stage.Vendors.Sum(vendor => vendor.Server.OfferedCount);
        account.Add("seed", options.Seed.ToString(CultureInfo.InvariantCulture));
        account.Add("events offered", offered);
        account.Add("deliveries wanted", stage.Siems.Sum(siem => WantedBy(stage, siem.Name)));
        account.Add("delivered", stage.Arrivals.Total().Different);
        account.Add("lost", lost.Length);
        account.Add("refused for content", refused.Wanted.Values.Sum());
        account.Add("  named by the answer", refused.Wanted.GetValueOrDefault(EventRefusal.InvalidDataFormat));
        account.Add("  to be searched for", refused.Wanted.GetValueOrDefault(EventRefusal.Unnamed));
        account.Add("dead-lettered", refused.DeadLettered);
        account.Add("  again, of a page cut off", refused.Repeated);
        account.Add("broken pages kept", letters.Pages);
        account.Add("duplicated", duplicates.Count);
        account.Add("  answer lost on purpose", duplicates.AnswerLost);
        account.Add("  delivery cut off", duplicates.InFlight);
        account.Add("  page cut off", duplicates.UncommittedPage);
        account.Add("  unexplained", duplicates.Unexplained.Count);
        account.Add("batches", $"{stage.Bodies.Count:N0}, {stage.Bodies.InBlobs:N0} of them in blobs");
        account.Add("  delivered without a message", stage.Trace.Direct);
        account.Add("processes", stage.Children.Count);
        account.Add("kills", killer.Kills);
        account.Add("stops", killer.Stops);
        account.Add("outages of a SIEM", stage.Siems.Sum(siem => siem.Outages));
        Faults(account, "storage fault", stage.Children.SelectMany(child => child.Doors.Counts).Where(count => count.Key != StorageFault.None).Select(count => KeyValuePair.Create(count.Key.ToString(), count.Value)), StorageKinds, options);
        Faults(account, "vendor fault", stage.Vendors.SelectMany(vendor => vendor.Server.Faults.TakenByKind), VendorKinds, options);
        Faults(account, "SIEM fault", stage.Siems.SelectMany(siem => siem.Server.Faults.TakenByKind), SiemKinds, options);
        account.Add("peak memory of a process", $"{stage.Children.Max(child => child.PeakBytes) / 1_000_000:N0} MB");

        account.FailUnless(settled, $"not everything arrived after the faults had stopped: nothing came for {Standstill}, or it took longer than {options.Patience}");
        account.FailUnless(lost.Length == 0, $"{lost.Length} events are lost");
        foreach (var line in await LostEvents.DescribeAsync(lost, stage.Storage, stage.Bodies, stage.Trace, cancellationToken))
        {
            account.Fail(line);
        }

        account.FailUnless(!options.MeetsEverything || stage.Trace.Direct > 0, "no batch was delivered by the fetch itself");
        account.FailUnless(refused.Wanted.Count == 2, "no event was refused by name, or none that had to be searched for");
        foreach (var line in refused.Wrong.Concat(duplicates.Unexplained).Concat(stage.Children.SelectMany(child => child.BadEnds)))
        {
            account.Fail(line);
        }

        account.FailUnless(offered >= EventsPerMinute * options.Minutes, $"only {offered} events were offered");
        account.FailUnless(killer.Kills > 0 && killer.Stops > 0, "no process was killed, or none was stopped");
        return account;
    }

    private static void Faults(ChaosAccount account, string what, IEnumerable<KeyValuePair<string, int>> counts, IReadOnlyList<string> wanted, ChaosOptions options)
    {
        var sums = counts.GroupBy(count => count.Key).ToDictionary(group => group.Key, group => group.Sum(count => count.Value), StringComparer.Ordinal);
        foreach (var (kind, count) in sums.OrderBy(sum => sum.Key, StringComparer.Ordinal))
        {
            account.Add($"{what}: {kind}", count);
        }

        account.FailUnless(!options.MeetsEverything || wanted.All(kind => sums.GetValueOrDefault(kind) > 0), $"no {what} of kind {string.Join(" or ", wanted.Where(kind => sums.GetValueOrDefault(kind) == 0))} was met");
    }
}
