using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A process that loses its storage behind one of a listing's commits, as one that is killed there; another goes on.</summary>
public sealed class SnapshotCrashTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_listing_that_is_killed_between_two_commits_is_gone_on_with_and_says_everything_once(int commits)
    {
        await using var vendor = await ObjectVendor.StartAsync([.. Enumerable.Range(0, 6).Select(at => ObjectVendor.Of($"o{at}", "1"))]);
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), storage.Setting);
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns("diff"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        vendor.Objects[1] = ObjectVendor.Of("o1", "2");
        vendor.Objects.RemoveAt(4);
        vendor.Objects.Add(ObjectVendor.Of("new", "1"));
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));

        Assert.NotNull(await storage.DieAsync(commits, Calls.IsCommit, () => stage.Harness.FetchAndShipAsync(Stage.Source)));

        // Its lease runs out, and another process goes on.
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(20)); // its lease may be one for a direct delivery
        await using var other = stage.Harness.Another();
        Assert.True(await other.FetchAndShipAsync(Stage.Source) is FetchOutcome.CaughtUp or FetchOutcome.Idle);
        Assert.Equal(["added new", "changed o1 profile.text", "removed o4"], SnapshotTests.Changes(stage, 6));
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Listing);
    }
}
