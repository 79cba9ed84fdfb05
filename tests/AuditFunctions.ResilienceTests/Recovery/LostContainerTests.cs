using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Azure;
using Azure.Storage.Blobs;

namespace AuditFunctions.Tests.Recovery;

/// <summary>What docs/operating.md says of containers that are lost.</summary>
public sealed class LostContainerTests
{
    [Fact]
    public async Task Messages_wait_while_the_container_of_their_bodies_is_gone_and_are_delivered_when_it_is_back()
    {
        await using var stage = await WithLargeBodiesAsync();
        var bodies = stage.Harness.Storage.Batches;
        var message = await SingleMessageAsync(stage);
        var name = (await BlobsAsync(bodies)).Single();
        var body = (await bodies.GetBlobClient(name).DownloadContentAsync()).Value.Content;
        await bodies.DeleteAsync();

        await Assert.ThrowsAsync<RequestFailedException>(() => stage.Harness.Ship.HandleAsync(message, default));
        await stage.Harness.Storage.CreateMissingAsync(default);
        await bodies.GetBlobClient(name).UploadAsync(body);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(4));
        await stage.Harness.Ship.HandleAsync(message, default);

        stage.AssertAllOnce();
        Assert.Equal(0, await stage.Harness.Get<DeadLetterStore>().CountAsync(default));
    }

    [Fact]
    public async Task Bodies_that_are_gone_for_good_become_dead_letters_and_come_back_by_a_backfill()
    {
        await using var stage = await WithLargeBodiesAsync();
        var message = await SingleMessageAsync(stage);
        await Lost.ContainersAsync(stage.Harness.Storage, stage.Harness.Storage.Batches);

        await stage.Harness.Ship.HandleAsync(message, default);
        Assert.Equal(0, stage.Siem.Received);
        Assert.Equal(1, await stage.Harness.Get<DeadLetterStore>().CountAsync(default));

        await stage.BackfillAsync("2026-01-01T00:00:00Z", again: true);
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
    }

    [Fact]
    public async Task Lost_ids_repeat_what_a_tier_lists_again_and_lose_nothing()
    {
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 44_000, Spacing = TimeSpan.FromMilliseconds(150) });
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("lookbackTiers", "3h every 15m"), ("pageSize", "1000")));
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        stage.AssertAllOnce();
        Assert.NotEmpty(await BlobsAsync(stage.Harness.Storage.Seen));
        await Lost.ContainersAsync(stage.Harness.Storage, stage.Harness.Storage.Seen);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(16));
        await using var another = stage.Harness.Another();

        await another.FetchAndShipAsync(Stage.Source);

        // Those that the row itself still knows are not repeated.
        Assert.Equal(44_000, stage.Vendor.OfferedIds.Count(id => stage.Siem.CountOf(id) > 0));
        Assert.InRange(stage.Siem.Duplicates, 1, 44_000 - 20_000);
    }

    // One page, not full, so that no second one is asked for: too large for a message.
    private static async Task<Stage> WithLargeBodiesAsync()
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions { Events = 900 });
        await stage.Harness.AddSourceAsync(Stage.Source, stage.GenericColumns("asc", ("pageSize", "1000")));
        return stage;
    }

    private static async Task<string> SingleMessageAsync(Stage stage)
    {
        Assert.Equal(FetchOutcome.CaughtUp, await stage.Harness.FetchAsync(Stage.Source));
        return (await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue)).Single();
    }

    private static async Task<IReadOnlyList<string>> BlobsAsync(BlobContainerClient container)
    {
        var names = new List<string>();
        await foreach (var blob in container.GetBlobsAsync())
        {
            names.Add(blob.Name);
        }

        return names;
    }
}
