using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Azure;
using AuditFunctions.Tests.EndToEnd;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Crashes;

/// <summary>What a killed process has to do: a source that is ready to be polled.</summary>
/// <param name="Expected">What must arrive, each once.</param>
/// <param name="Shown">How something that arrives is written there.</param>
/// <param name="Vendor">The vendor.</param>
internal sealed record SmallWork(IReadOnlyList<string> Expected, Func<byte[], string> Shown, IAsyncDisposable Vendor)
{
    /// <summary>What else is wrong in the end.</summary>
    public Func<Installation, CancellationToken, Task<IReadOnlyList<string>>> Check { get; init; } = (_, _) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>What changes between the end of the process and the start of the one that finishes.</summary>
    public Func<Installation, CancellationToken, Task> Meanwhile { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>The source's partitions.</summary>
    public IReadOnlyList<PartitionId> Partitions { get; init; } = [SmallRun.Partition];
}

/// <summary>
/// One source, one destination, and a process that is killed at one of its calls to storage, or not; another host finishes. Everything is new for each run.
/// </summary>
internal sealed record SmallRun(SweepPoint? Point, string KilledAt, IReadOnlyList<string> Problems, IReadOnlyList<string> Calls)
{
    public const string Source = "acme";
    public const string Destination = "splunk";

    public static PartitionId Partition { get; } = new(Source, PartitionId.Single);

    /// <summary>Adds the source, of a vendor that has pages by a cursor.</summary>
    /// <param name="installation">Where to.</param>
    /// <param name="vendor">The vendor's address.</param>
    /// <param name="processors">The key <c>processors</c> of its definition.</param>
    public static Task AddSourceAsync(Installation installation, string vendor, string processors) => installation.AddSourceAsync(
        Source,
        ("destination", Destination),
        ("since", "2026-01-01T00:00:00Z"),
        ("definition", $$"""
            baseUrl: {{vendor}}
            request: { path: /events, query: { from: "{from}", cursor: "{cursor}" } }
            paging: { kind: cursor, path: next }
            events: { path: data }
            id: id
            time: time

            """ + processors));

    /// <summary>Runs.</summary>
    /// <param name="prepare">Makes the work, perhaps with a first poll: what arrives before it returns does not count.</param>
    /// <param name="point">Where the process is killed; null to let it finish.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<SmallRun> RunAsync(Func<Installation, CancellationToken, Task<SmallWork>> prepare, SweepPoint? point, CancellationToken ct)
    {
        await using var siem = await SandboxSiem.StartAsync(new SandboxSiemOptions { KeepEvents = true }, ct);
        await using var installation = await Installation.CreateAsync([.. SweepScenario.ShortTimes, ("AUDIT_SECRET_OLDKEY", "the former key of pseudonyms"), ("AUDIT_SECRET_NEWKEY", "the later key of pseudonyms")]);
        var (counter, hooks) = (new RelayCounter(), new RelayHooks());
        await using var relays = await StorageRelays.StartAsync(await SharedAzurite.GetAsync(), counter, hooks, ct);
        await installation.AddSplunkAsync(Destination, siem.BaseUrl);
        var work = await prepare(installation, ct);
        await using var vendor = work.Vendor;
        var before = siem.RawEvents.Count;
        string[] Arrived() => [.. siem.RawEvents.Skip(before).Select(work.Shown)];

        var kill = new SweepKill(hooks, point);
        KeyValuePair<string, string?>[] times = point is null ? SweepScenario.LongTimes : [];
        await using var doomed = AuditfnProcess.Start([.. installation.Environment, .. times, new("AzureWebJobsStorage", relays.ConnectionString)], "run", "--until-idle");
        kill.Arm(doomed);
        var (exitCode, output, error) = await doomed.EndAsync(ct);
        while (counter.UnderWay > 0)
        {
            await Task.Delay(5, ct);
        }

        string[] atKill = kill.At is null ? [] : Arrived();
        await work.Meanwhile(installation, ct);

        // The number of calls differs a little from run to run, so that one may end before its point: whatever it left is finished likewise.
        IReadOnlyList<string> unfinished = point is not null ? await SweepRun.FinishAsync(Survives(installation), ct)
            : exitCode == 0 ? [] : [$"the undisturbed process ended with {exitCode}: {output}{error}"];
        return new SmallRun(
            point,
            kill.At is null ? "" : SweepPoint.Describe(kill.At),
            [.. unfinished, .. Compare(work.Expected, Arrived(), atKill), .. await LeftAsync(work, installation, ct), .. await work.Check(installation, ct)],
            [.. kill.Calls.OrderBy(call => call.Number).Select(SweepPoint.Describe)]);
    }

    /// <summary>Polls in this process, until nothing is left.</summary>
    public static async Task PollAsync(Installation installation, CancellationToken ct) => Assert.Empty(await SweepRun.FinishAsync(Survives(installation), ct));

    /// <summary>The source was polled so long ago that it is due.</summary>
    public static async Task MakeDueAsync(Installation installation, CancellationToken ct, params IEnumerable<PartitionId> partitions)
    {
        foreach (var partition in partitions.DefaultIfEmpty(Partition))
        {
            var polled = await installation.Checkpoints.ReadAsync(partition, ct);
            var earlier = polled with { MarkAt = polled.MarkAt - TimeSpan.FromDays(2), Status = polled.Status with { LastPollAt = polled.Status.LastPollAt - TimeSpan.FromDays(2) } };
            Assert.NotNull(await installation.Checkpoints.TryWriteAsync(partition, earlier, null, ct));
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> Survives(Installation installation) => [.. installation.Environment, .. SweepScenario.LongTimes];

    // Something may arrive twice only if it was there when the process died, before that could be noted.
    private static IEnumerable<string> Compare(IReadOnlyList<string> expected, IReadOnlyList<string> arrived, IReadOnlyList<string> atKill)
    {
        var counts = arrived.CountBy(one => one, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return
        [
            .. expected.Where(one => !counts.ContainsKey(one)).Select(one => $"never arrived: {one}"),
            .. counts.Keys.Except(expected, StringComparer.Ordinal).Select(one => $"must not arrive: {one}"),
            .. counts.Where(one => one.Value > (atKill.Contains(one.Key) ? 2 : 1)).Select(one => $"arrived {one.Value} times: {one.Key}"),
        ];
    }

    private static async Task<IReadOnlyList<string>> LeftAsync(SmallWork work, Installation installation, CancellationToken ct)
    {
        var left = new List<string>();
        foreach (var partition in work.Partitions)
        {
            var checkpoint = await installation.Checkpoints.ReadAsync(partition, ct);
            left.AddRange(checkpoint.Window is not null || checkpoint.Listing is not null ? [$"something of {partition} is half read"] : []);
        }

        return [.. left, .. await PipelineHarness.CountAsync(installation.Storage.ShipQueue) > 0 ? ["batches are left in the queue"] : Array.Empty<string>()];
    }
}
