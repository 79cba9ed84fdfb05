using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Account;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Tests.Shipping;

/// <summary>A destination's circuit, which all instances share.</summary>
public sealed class CircuitsTests
{
    private const string Start = "2026-01-01T00:00:00Z";

    [Fact]
    public async Task Open_circuit_lets_nobody_through_then_one_probe_at_a_time_and_the_wait_grows_to_a_minute()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        var circuits = harness.Get<Circuits>();
        Assert.Equal(default, await circuits.EnterAsync("a", default));
        for (var failures = 1; failures < 12; failures++)
        {
            var wait = (await FailAsync(circuits, "a")).Wait;
            Assert.InRange(wait, Most(failures) / 2, Most(failures));
            Assert.Equal(wait, (await circuits.EnterAsync("a", default)).Wait);
            Assert.Equal(default, await circuits.EnterAsync("b", default));
            harness.Clock.Advance(wait);
            Assert.NotNull((await circuits.EnterAsync("a", default)).Probe);

            // However long the probe takes.
            harness.Clock.Advance(TimeSpan.FromMinutes(2));
            Assert.True((await circuits.EnterAsync("a", default)).Wait > TimeSpan.Zero, "a second probe was let through");
        }

        circuits.Close("a", hadFailed: false);
        await circuits.LeaveAsync("a", default, default);
        Assert.Equal(default, await circuits.EnterAsync("a", default));
        Assert.Equal(default, await circuits.EnterAsync("a", default));
        Assert.InRange((await FailAsync(circuits, "a")).Wait, Most(1) / 2, Most(1));
    }

    [Fact]
    public async Task Deliveries_of_several_instances_that_fail_together_count_as_one_failure()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await using var other = harness.Another();
        var waits = await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(_ => new[] { FailAsync(harness.Get<Circuits>(), "a"), FailAsync(other.Get<Circuits>(), "a") }));
        Assert.All(waits, pass => Assert.InRange(pass.Wait, Most(1) / 2, Most(1)));
        Assert.Equal(1, (await harness.Get<DestinationRecords>().ReadAsync("a", default)).Failures);
    }

    /// <summary>Nothing sets itself so long a time: an instance's clock ran ahead, and the instance is gone.</summary>
    [Fact]
    public async Task Circuit_that_was_opened_or_probed_by_a_clock_that_ran_ahead_does_not_stay_so()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        var records = harness.Get<DestinationRecords>();
        var ahead = harness.Time.GetUtcNow().AddDays(3);
        await records.ChangeAsync("a", null, record => record with { Failures = 3, FailingSinceAt = ahead, OpenUntil = ahead, ProbeOwner = "gone", ProbeUntil = ahead }, default);
        var circuits = harness.Get<Circuits>();
        var wait = (await FailAsync(circuits, "a")).Wait;
        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        harness.Clock.Advance(wait);
        Assert.NotNull((await circuits.EnterAsync("a", default)).Probe);
    }

    /// <summary>The instance lives on, and its clock was put right.</summary>
    [Fact]
    public async Task What_an_instance_noted_while_its_clock_ran_ahead_holds_nothing_back_and_proves_nothing()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        var circuits = harness.Get<Circuits>();
        harness.Clock.Advance(TimeSpan.FromDays(1));
        circuits.Accepted("a", hadFailed: false);
        await circuits.OpenAsync("a", "busy", TimeSpan.FromMinutes(5), needsAttention: false, default);
        harness.Clock.SetBack(TimeSpan.FromDays(1));
        Assert.NotNull((await circuits.EnterAsync("a", default)).Probe);
        Assert.False(circuits.AcceptedSince("a", harness.Clock.GetUtcNow()));

        // Where storage is away it goes by what it knows itself.
        await using var storage = await ScriptedServer.StartAsync(_ => new(403, "{}"));
        var alone = Alone(storage, harness.Clock, harness.Log);
        harness.Clock.Advance(TimeSpan.FromDays(1));
        await alone.OpenAsync("a", "busy", TimeSpan.FromMinutes(5), needsAttention: false, default);
        harness.Clock.SetBack(TimeSpan.FromDays(1));
        Assert.NotNull((await alone.EnterAsync("a", default)).Probe);
    }

    [Fact]
    public async Task Batch_that_was_first_tried_by_a_clock_that_ran_ahead_counts_as_tried_first_now()
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Next(1, HecFault.Busy));
        await stage.HandleAsync(ShipStage.Batch("a") with { Attempt = 7, FirstAttemptAt = stage.Harness.Clock.GetUtcNow().AddDays(1) });
        var deferred = await stage.DeferredAsync();
        Assert.Equal((8, stage.Harness.Clock.GetUtcNow()), (deferred.Attempt, deferred.FirstAttemptAt));
    }

    [Fact]
    public async Task Probe_that_did_not_ask_leaves_its_place_to_another_and_one_that_died_does_after_a_claim()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        var circuits = harness.Get<Circuits>();
        harness.Clock.Advance((await circuits.OpenAsync("a", "busy", TimeSpan.FromMinutes(5), needsAttention: false, default)).Wait);
        Assert.Equal(new ManualTime(Start).GetUtcNow().AddMinutes(5), harness.Time.GetUtcNow());
        var probe = await circuits.EnterAsync("a", default);
        Assert.NotNull(probe.Probe);
        Assert.Null((await circuits.EnterAsync("a", default)).Probe);
        await circuits.LeaveAsync("a", probe, default);
        Assert.NotNull((await circuits.EnterAsync("a", default)).Probe);
        harness.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.NotNull((await circuits.EnterAsync("a", default)).Probe);
    }

    [Fact]
    public async Task Destination_that_works_costs_no_request_to_storage()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        var circuits = harness.Get<Circuits>();
        var before = StorageRequests.To(harness.Prefix + "Checkpoints").Count;
        for (var delivery = 0; delivery < 100; delivery++)
        {
            var pass = await circuits.EnterAsync("a", default);
            circuits.Close("a", hadFailed: false);
            await circuits.LeaveAsync("a", pass, default);
        }

        Assert.Equal(before, StorageRequests.To(harness.Prefix + "Checkpoints").Count);
        await FailAsync(circuits, "a");
        Assert.True(StorageRequests.To(harness.Prefix + "Checkpoints").Count > before, "the count would not have noticed");
    }

    [Fact]
    public async Task Instance_learns_with_its_own_first_failure_how_long_others_wait_already_and_soon_that_the_destination_is_back()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await using var other = harness.Another();
        var (here, there) = (harness.Get<Circuits>(), other.Get<Circuits>());
        var open = (await here.OpenAsync("a", "busy", TimeSpan.FromMinutes(10), needsAttention: false, default)).Wait;
        Assert.Equal(open, (await FailAsync(there, "a")).Wait);
        Assert.True((await there.EnterAsync("a", default)).Wait > TimeSpan.Zero);

        here.Close("a", hadFailed: false);
        await here.LeaveAsync("a", default, default);
        harness.Clock.Advance(Circuits.LooksEvery);
        Assert.Equal(default, await there.EnterAsync("a", default));
    }

    [Fact]
    public async Task Of_all_instances_never_more_than_one_probes_however_many_ask_at_once()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        PipelineHarness[] others = [.. Enumerable.Range(2, 3).Select(harness.Another)];
        Circuits[] all = [harness.Get<Circuits>(), .. others.Select(other => other.Get<Circuits>())];
        await Task.WhenAll(all.Select(circuits => FailAsync(circuits, "a")));
        var (probing, most, probes) = (0, 0, 0);
        for (var round = 0; round < 20; round++)
        {
            harness.Clock.Advance(TimeSpan.FromMinutes(2));
            var passes = await Task.WhenAll(all.SelectMany(circuits => Enumerable.Range(0, 3).Select(_ => Task.Run(() => ProbeAsync(circuits)))));
            Assert.InRange(passes.Count(pass => pass), 1, int.MaxValue);
        }

        Assert.Equal(1, most);
        Assert.InRange(probes, 20, int.MaxValue);
        foreach (var other in others)
        {
            await other.DisposeAsync();
        }

        async Task<bool> ProbeAsync(Circuits circuits)
        {
            var pass = await circuits.EnterAsync("a", default);
            if (pass.Probe is null)
            {
                Assert.True(pass.Wait > TimeSpan.Zero, "let through although the circuit is open");
                return false;
            }

            most = Math.Max(most, Interlocked.Increment(ref probing));
            Interlocked.Increment(ref probes);
            await Task.Yield();
            Interlocked.Decrement(ref probing);
            if (probes % 2 == 0)
            {
                await FailAsync(circuits, "a");
            }

            await circuits.LeaveAsync("a", pass, default);
            return true;
        }
    }

    [Fact]
    public async Task Without_storage_an_instance_goes_by_what_it_knows_and_shares_it_again_later()
    {
        var isDown = true;
        await using var storage = await ScriptedServer.StartAsync(request => isDown ? new(403, "{}")
            : request.Method == "GET" ? new(200, """{"odata.etag":"W/\"1\"","PartitionKey":"_destinations","RowKey":"a","Failures":5}""")
            : new(204, "", ("ETag", "W/\"2\"")));
        var (time, log) = (new ManualTime(Start), new CapturedLog());
        var circuits = Alone(storage, time, log);

        for (var failures = 1; failures < 6; failures++)
        {
            var open = (await FailAsync(circuits, "a")).Wait;
            Assert.InRange(open, Most(failures) / 2, Most(failures));
            time.Advance(open);
            Assert.NotNull((await circuits.EnterAsync("a", default)).Probe);
            Assert.Null((await circuits.EnterAsync("a", default)).Probe);
        }

        circuits.Close("a", hadFailed: false);
        await circuits.LeaveAsync("a", default, default);
        Assert.Equal(default, await circuits.EnterAsync("a", default));
        Assert.Contains("403", Assert.Single(log.Of(3034)), StringComparison.Ordinal);

        // The success that could not be told is told with a later one.
        isDown = false;
        time.Advance(Circuits.LooksEvery);
        circuits.Close("a", hadFailed: false);
        await circuits.LeaveAsync("a", default, default);
        Assert.Contains("\"Failures\":0", Assert.Single(storage.Requests, request => request.Method is not "GET" && request.Body.Contains("Failures\":0", StringComparison.Ordinal)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_a_destination_is_down_and_back_is_told_once_by_all_instances_together()
    {
        await using var harness = await PipelineHarness.CreateAsync(Start);
        await using var other = harness.Another();
        Circuits[] both = [harness.Get<Circuits>(), other.Get<Circuits>()];
        for (var failures = 1; failures <= 6; failures++)
        {
            await Task.WhenAll(both.Select(circuits => FailAsync(circuits, "a")));
            Assert.Equal(failures < 3 ? 0 : 1, harness.Log.Of(3031).Count);
            harness.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Contains("down since 2026-01-01 00:00:00Z: busy", harness.Log.Of(3031)[0], StringComparison.Ordinal);
        foreach (var circuits in both)
        {
            circuits.Close("a", hadFailed: false);
            await circuits.LeaveAsync("a", default, default);
        }

        Assert.Single(harness.Log.Of(3033));
        await both[1].OpenAsync("a", "HTTP 403", null, needsAttention: true, default);
        await both[0].OpenAsync("a", "HTTP 403", null, needsAttention: true, default);
        Assert.Contains("HTTP 403", Assert.Single(harness.Log.Of(3032)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_siem_is_down_batches_wait_unasked_and_all_arrive_once_when_it_is_back()
    {
        await using var stage = await ShipStage.StartAsync(new FaultPlan().Next(2, HecFault.Busy));
        await using var other = stage.Harness.Another();
        var batches = Enumerable.Range(0, 8).Select(n => ShipStage.Batch($"n{n}")).ToArray();
        await stage.HandleAsync(batches[0]);
        await Task.WhenAll(batches.Select(stage.HandleAsync));
        Assert.Equal(1, stage.Siem.Requests);

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(2));
        await Task.WhenAll(batches.Select(stage.HandleAsync));
        Assert.Equal((2, 0), (stage.Siem.Requests, stage.Siem.Received));

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(2));
        await stage.HandleAsync(batches[0]);
        await Task.WhenAll(batches.Select((batch, at) => at % 2 == 0 ? stage.HandleAsync(batch) : other.Ship.HandleAsync(ShipStage.Text(batch), default)));
        Assert.Equal((8, 0L), (stage.Siem.Received, stage.Siem.Duplicates));
    }

    // On a storage of its own.
    private static Circuits Alone(ScriptedServer storage, TimeProvider time, CapturedLog log)
    {
        var connection = $"AccountName=devstoreaccount1;AccountKey=AAAA;TableEndpoint={storage.BaseUrl}/devstoreaccount1;QueueEndpoint={storage.BaseUrl}/q;BlobEndpoint={storage.BaseUrl}/b";
        var records = new DestinationRecords(new StorageAccount(Options.Create(new StorageOptions { ConnectionString = connection })), new Random(1));
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        return new Circuits(records, Options.Create(new ShippingOptions()), time, new Random(1), loggers.CreateLogger<Circuits>());
    }

    private static TimeSpan Most(int failures) => TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures, 7) - 1));

    private static Task<CircuitPass> FailAsync(Circuits circuits, string destination) => circuits.OpenAsync(destination, "busy", null, needsAttention: false, default);
}
