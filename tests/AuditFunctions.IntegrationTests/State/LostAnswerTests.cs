using AuditFunctions.Chaos.Storage;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Deliveries;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.State;

/// <summary>A write to storage that happened and whose answer got lost: the client tries it again and meets its own work. Nothing is lost, nothing comes twice.</summary>
public sealed class LostAnswerTests
{
    // Events that gzip cannot shrink to fit into a message, so that bodies go to blobs.
    private static SandboxVendorOptions Vendor(bool large) => new() { Events = large ? 1_400 : 250, Faults = new FaultPlan() };

    public static TheoryData<string, string, string, bool> Writes => new()
    {
        { "the first checkpoint is added", "POST", "Checkpoints", false },
        { "a page is committed", "PATCH", "Checkpoints", false },
        { "a batch is put into the queue: the message is doubled", "POST", "-ship/messages", false },
        { "a body is stored", "PUT", "-batches/", true },
        { "a batch is claimed", "POST", "Ledger", false },
        { "a batch is marked delivered", "PATCH", "Ledger", false },
        { "a body is removed", "DELETE", "-batches/", true },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Answer_that_is_lost_changes_nothing(string when, string method, string part, bool large)
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Stage.WithWindowsAsync(Vendor(large), "asc", storage.Setting);
        if (large)
        {
            await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("pageSize", "1000")));
        }

        storage.Next(1, StorageFault.LostAnswer, Calls.Of(method, part));
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.True(storage.Met == 1, when);
        await stage.Harness.ShipAllAsync();
        stage.AssertAllOnce();
        Assert.Equal(0, await PipelineHarness.CountAsync(stage.Harness.Storage.ShipQueue));
    }

    [Fact]
    public async Task Run_of_which_every_write_loses_its_first_answer_delivers_every_event_once()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Stage.WithWindowsAsync(Vendor(large: false), "asc", storage.Setting);
        // But for the test's own removal of messages, whose repeat the client reports.
        storage.LoseEachAnswerOnce(call => Calls.IsWrite(call) && !Calls.Of("DELETE", "/messages/")(call));

        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAndShipAsync(Stage.Source));
        await stage.Harness.ShipAllAsync();

        // Three pages: a lease, three sends, three commits, and for each batch a claim and a mark.
        Assert.True(storage.Met >= 13, $"{storage.Met} answers were lost");
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Claim_that_is_given_back_with_a_lost_answer_is_free_again()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 50 }, "asc", storage.Setting);
        stage.Siem.Faults.Next(1, HecFault.Busy);
        storage.Next(1, StorageFault.LostAnswer, Calls.Of("DELETE", "Ledger"));

        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((1, 0), (storage.Met, stage.Siem.Received));
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(2));
        await ShipUntilEmptyAsync(stage.Harness);
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Claim_that_is_taken_over_with_a_lost_answer_is_ours()
    {
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Shipping.ShipStage.StartAsync(null, storage.Setting);
        var batch = Shipping.ShipStage.Batch("a");
        var ledger = stage.Harness.Get<Ledger>();
        await ledger.ClaimAsync(batch, "dead", TimeSpan.FromSeconds(1), default);
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(1));
        storage.Next(1, StorageFault.LostAnswer, Calls.Of("PUT", "Ledger"));

        await stage.HandleAsync(batch);

        Assert.Equal((1, 1, 0L), (storage.Met, stage.Siem.Received, stage.Siem.Duplicates));
        Assert.Equal(0, await stage.WaitingAsync());
    }

    internal static async Task ShipUntilEmptyAsync(PipelineHarness harness)
    {
        for (var deadline = Stage.Deadline(); await PipelineHarness.CountAsync(harness.Storage.ShipQueue) > 0; deadline.ThrowIfCancellationRequested())
        {
            await harness.ShipAllAsync();
        }
    }
}
