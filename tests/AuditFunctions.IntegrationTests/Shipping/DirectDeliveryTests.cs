using AuditFunctions.Chaos.Storage;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Destinations;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>What an ordinary poll brings is delivered by the fetch; everything else, and whatever goes wrong, goes through the queue.</summary>
public sealed class DirectDeliveryTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Ordinary_poll_delivers_what_it_brings_and_sends_no_message()
    {
        await using var stage = await CaughtUpAsync();
        var before = Requests(stage);
        Assert.Equal(FetchOutcome.CaughtUp, await PollAsync(stage, 9));
        stage.AssertAllOnce();
        Assert.Equal(0, await WaitingAsync(stage));

        // The row with its ids in one request, the lease, the commit; the mark.
        Assert.Equal((before.Rows + 3, before.Ledger + 1, before.Messages), Requests(stage));
        Assert.Single(stage.Harness.Log.Of(3001).TakeLast(1), line => line.Contains("events: 9;", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(100, 1)]    // a full page may be the first of many
    public async Task Page_that_is_not_full_is_as_good_as_the_last_one_where_only_an_empty_page_is_the_end(int events, int messages)
    {
        await using var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Events = 20 });
        await stage.Harness.AddSourceAsync(Stage.Source, stage.OktaColumns(("pageSize", "100")));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.Harness.Clock.Advance(Interval);
        Assert.Equal(FetchOutcome.CaughtUp, await PollAsync(stage, events));
        Assert.Equal((20 + (messages == 0 ? events : 0), messages), (stage.Siem.Received, await stage.Harness.ShipAllAsync()));
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Destination_that_hangs_keeps_no_other_destination_of_the_source_waiting()
    {
        await using var stage = await CaughtUpAsync(("Shipping:SendTimeout", "00:01:00"));
        await using var hung = await SandboxSiem.StartAsync(new SandboxSiemOptions { Faults = new FaultPlan().Next(1, new Fault.Hang()) }, Stage.Deadline());
        await stage.Harness.AddDestinationAsync("hung", ("type", "splunk-hec"), ("url", hung.BaseUrl.AbsoluteUri), ("token", "secret:siem"), ("index", "audit"));
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("destination", "hung, " + Stage.Destination)));
        stage.Vendor.Publish(9, stage.Harness.Time.GetUtcNow());
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = stage.Harness.Log.Of(3001).Count;
        var poll = stage.Harness.FetchAsync(Stage.Source);

        // Delivered, and known to be: a clock that moves before its answer came would be a time-out of that one, too.
        await Stage.UntilAsync(() => stage.Harness.Log.Of(3001).Count > before && hung.Requests == 1);
        Assert.Equal(29, stage.Siem.Received);
        Assert.False(poll.IsCompleted);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(FetchOutcome.CaughtUp, await poll);
        Assert.Equal((0, 1), (hung.Received, await WaitingAsync(stage)));
    }

    [Fact]
    public async Task Idle_poll_after_one_with_events_reads_one_row_and_writes_none()
    {
        await using var stage = await CaughtUpAsync();
        await PollAsync(stage, 9);
        var before = Requests(stage);
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(FetchOutcome.Idle, await stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal((before.Rows + 1, before.Ledger, before.Messages), Requests(stage));
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task First_poll_and_several_pages_and_a_switch_that_is_off_go_through_the_queue()
    {
        await using var stage = await StartAsync();
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Equal((0, 1), (stage.Siem.Received, await stage.Harness.ShipAllAsync()));
        await PollAsync(stage, 150);
        Assert.Equal((20, 2), (stage.Siem.Received, await stage.Harness.ShipAllAsync()));
        stage.AssertAllOnce();

        await using var off = await CaughtUpAsync(("Fetching:DeliverDirectly", "false"));
        await PollAsync(off, 9);
        Assert.Equal((20, 1), (off.Siem.Received, await off.Harness.ShipAllAsync()));
    }

    [Fact]
    public async Task Destination_that_is_busy_gets_it_later_through_the_queue_and_is_asked_directly_again_once_somebody_found_it_back()
    {
        await using var stage = await CaughtUpAsync();
        stage.Siem.Faults.Next(1, HecFault.Busy);
        Assert.Equal(FetchOutcome.CaughtUp, await PollAsync(stage, 9));
        Assert.Equal((20, 1), (stage.Siem.Received, await WaitingAsync(stage)));
        var requests = stage.Siem.Requests;

        stage.Vendor.Publish(9, stage.Harness.Time.GetUtcNow());
        stage.Harness.Clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal((requests, 2), (stage.Siem.Requests, await WaitingAsync(stage)));

        // The instances that ship are not those that fetch.
        await using var other = stage.Harness.Another();
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        while (await WaitingAsync(stage) > 0)
        {
            Stage.Deadline().ThrowIfCancellationRequested();
            await other.ShipAllAsync();
        }

        Assert.All((await stage.Harness.Get<DestinationRecords>().ListAsync(default)).Values, record => Assert.Equal(0, record.Failures));
        await PollAsync(stage, 9);
        Assert.Equal(0, await WaitingAsync(stage));
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Destination_that_is_slow_is_waited_for_once_and_then_goes_through_the_queue_for_a_while()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await CaughtUpAsync(storage.Setting);
        storage.After(Calls.Of("PATCH", "Ledger"), () => stage.Harness.Clock.Advance(DirectDelivery.Slow + TimeSpan.FromSeconds(1)));
        await PollAsync(stage, 9);
        Assert.Equal((29, 0), (stage.Siem.Received, await WaitingAsync(stage)));

        stage.Vendor.Publish(9, stage.Harness.Time.GetUtcNow());
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(30));
        await stage.Harness.FetchAsync(Stage.Source);
        Assert.Equal((29, 1), (stage.Siem.Received, await stage.Harness.ShipAllAsync()));

        stage.Harness.Clock.Advance(DirectDelivery.SlowFor);
        await PollAsync(stage, 9);
        stage.AssertAllOnce();
        Assert.Equal(0, await WaitingAsync(stage));
    }

    [Fact]
    public async Task Lease_of_a_direct_delivery_outlasts_the_delivery_however_short_leases_are()
    {
        await using var stage = await CaughtUpAsync(("Fetching:LeaseDuration", "00:00:05"), ("Shipping:SendTimeout", "00:01:20"));
        await PollAsync(stage, 9);
        Assert.Equal((29, 0), (stage.Siem.Received, await stage.Harness.ShipAllAsync()));
    }

    [Theory]
    [InlineData(EventRefusal.InvalidDataFormat)]
    [InlineData(EventRefusal.Unnamed)]
    public async Task Batch_that_is_rejected_is_searched_by_the_queue_and_nothing_of_it_arrives_twice(EventRefusal refusal)
    {
        await using var stage = await CaughtUpAsync();
        stage.Vendor.Publish(9, stage.Harness.Time.GetUtcNow());
        var guilty = stage.Vendor.OfferedIds.SkipLast(4).Last();
        stage.Siem.Refuse(guilty, refusal);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        var requests = stage.Siem.Requests;
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal((requests + 1, 1), (stage.Siem.Requests, await WaitingAsync(stage)));

        await DrainAsync(stage);
        Assert.Equal((28, 0L, 0), (stage.Siem.Received, stage.Siem.Duplicates, stage.Siem.CountOf(guilty)));
        Assert.Single(stage.Harness.Log.Of(3005));
    }

    [Theory]
    [InlineData(true)]      // storage is away
    [InlineData(false)]     // it writes, and its answers are lost
    public async Task Poll_whose_commit_fails_after_the_delivery_is_repeated_and_the_ledger_drops_the_batch(bool isAway)
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await CaughtUpAsync(storage.Setting);
        await using var another = stage.Harness.Another();
        Func<DoorCall, bool> commits = call => Calls.IsWrite(call) && Calls.To("Checkpoints")(call);
        Action? back = null;
        storage.After(Calls.Of("PATCH", "Ledger"), () =>
        {
            if (isAway)
            {
                back = storage.All(StorageFault.Busy, commits);
            }
            else
            {
                storage.LoseEachAnswerOnce(commits);
            }
        });
        stage.Vendor.Publish(9, stage.Harness.Time.GetUtcNow());
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        var failure = await Record.ExceptionAsync(() => stage.Harness.FetchAsync(Stage.Source));
        Assert.Equal(isAway, failure is not null);
        Assert.True(storage.Met > 0, "no fault was met");
        Assert.Equal(29, stage.Siem.Received);
        back?.Invoke();

        // The lease has run out.
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(4));
        await another.FetchAndShipAsync(Stage.Source);
        await DrainAsync(stage);
        stage.AssertAllOnce();
        Assert.Equal(isAway ? 1 : 0, stage.Harness.Log.Of(3002).Count);
    }

    /// <summary>The process stops for good before one of its calls to storage; another one finishes; then the first one, which had only been frozen, goes on.</summary>
    [Theory]
    [InlineData(3, 0)]      // reading the row, after those of templates and of its source
    [InlineData(5, 0)]      // the lease, after the row of the destination
    [InlineData(6, 9)]      // the mark: it is delivered, and nobody knows
    [InlineData(7, 0)]      // the commit
    public async Task Process_that_dies_on_the_way_loses_nothing_and_repeats_only_what_was_in_flight(int call, int repeated)
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await CaughtUpAsync(storage.Setting);
        await using var another = await PipelineHarness.CreateAsync(stage.Harness.Time, ("Storage:Prefix", stage.Harness.Prefix));
        stage.Vendor.Publish(9, stage.Harness.Time.GetUtcNow());
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        var frozen = new TaskCompletionSource();
        var before = storage.Count(_ => true);
        for (var hold = 0; hold < 20; hold++)
        {
            storage.Before(_ => !frozen.Task.IsCompleted && storage.Count(_ => true) >= before + call, () => frozen.Task);
        }

        var doomed = Record.ExceptionAsync(() => stage.Harness.FetchAsync(Stage.Source));
        await Stage.UntilAsync(() => storage.Count(_ => true) >= before + call);
        Assert.False(doomed.IsCompleted);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(4));
        await another.FetchAndShipAsync(Stage.Source);
        Assert.Equal((29, repeated), (stage.Siem.Ids.Distinct().Count(), (int)stage.Siem.Duplicates));

        frozen.SetResult();
        await doomed;
        await DrainAsync(stage);
        Assert.Equal((29, repeated), (stage.Siem.Ids.Distinct().Count(), (int)stage.Siem.Duplicates));
        Assert.Equal(29, (await stage.Harness.CheckpointAsync(Stage.Source)).Status.Events);
    }

    private static Task<Stage> StartAsync(params (string Setting, string Value)[] settings) =>
        Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 20 }, "asc", settings);

    /// <summary>A source whose 20 events were fetched and shipped.</summary>
    private static async Task<Stage> CaughtUpAsync(params (string Setting, string Value)[] settings)
    {
        var stage = await StartAsync(settings);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(20, stage.Siem.Received);
        stage.Harness.Clock.Advance(Interval);
        return stage;
    }

    private static async Task<FetchOutcome> PollAsync(Stage stage, int events)
    {
        stage.Vendor.Publish(events, stage.Harness.Time.GetUtcNow());
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        return await stage.Harness.FetchAsync(Stage.Source);
    }

    private static Task<int> WaitingAsync(Stage stage) => PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue);

    // Messages that were deferred are hidden by Azurite's clock, for a few seconds at most.
    private static async Task DrainAsync(Stage stage)
    {
        while (await WaitingAsync(stage) > 0)
        {
            Stage.Deadline().ThrowIfCancellationRequested();
            await stage.Harness.ShipAllAsync();
        }
    }

    private static (int Rows, int Ledger, int Messages) Requests(Stage stage) => (
        StorageRequests.To(stage.Harness.Prefix + "Checkpoints").Count,
        StorageRequests.To(stage.Harness.Prefix + "Ledger").Count,
        StorageRequests.To(stage.Harness.Prefix + "-ship").Count(method => method is "POST"));
}
