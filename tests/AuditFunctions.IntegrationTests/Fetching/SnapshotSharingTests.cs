using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Listings of several partitions, and listings on which two processes work: nothing is said to be removed that is not.</summary>
public sealed class SnapshotSharingTests
{
    private readonly List<string> _units = ["eu", "us", "jp"];
    private readonly Dictionary<string, List<string>> _objects = new(StringComparer.Ordinal)
    {
        ["eu"] = [ObjectVendor.Of("e1", "1"), ObjectVendor.Of("e2", "1"), ObjectVendor.Of("same", "1")],
        ["us"] = [ObjectVendor.Of("u1", "1"), ObjectVendor.Of("same", "2")],
        ["jp"] = [ObjectVendor.Of("j1", "1")],
    };

    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);

    [Fact]
    public async Task A_partition_that_fails_or_is_retired_or_comes_anew_or_back_says_only_what_is_so()
    {
        await using var vendor = await ScriptedServer.StartAsync(Answer);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            ("destination", Stage.Destination), ("baseUrl", vendor.BaseUrl),
            ("definition", """
                baseUrl: https://acme.example
                partitions: { unit: { request: { path: /units }, path: data } }
                request: { path: /objects, query: { unit: "{partition.unit}" } }
                paging: { kind: none }
                events: { path: data }
                snapshot: { key: id, changes: diff }
                timing: { interval: 1h }
                """));
        await TickAsync(stage);
        Assert.Equal(["added e1", "added e2", "added j1", "added same", "added same", "added u1"], SnapshotTests.Changes(stage, 0));

        // One fails while others change: an object that stands in two partitions is two.
        _broken.Add("us");
        _objects["eu"].RemoveAt(2);
        _objects["us"].Clear();
        await NextAsync(stage);
        Assert.Equal(["removed same"], SnapshotTests.Changes(stage, 6));

        // One is gone with all that it had, and one is new: nobody can say what became of the objects of the first.
        _broken.Clear();
        _objects["us"].Add(ObjectVendor.Of("u1", "2"));
        _objects["us"].Add(ObjectVendor.Of("same", "2"));
        _units.Remove("jp");
        _units.Add("br");
        _objects["br"] = [ObjectVendor.Of("b1", "1")];
        await NextAsync(stage);
        Assert.Equal(["added b1", "changed u1 profile.text"], SnapshotTests.Changes(stage, 7));

        // The look-up fails, or finds nothing: partitions stay.
        _units.Clear();
        await NextAsync(stage);
        Assert.Equal(9, stage.Siem.RawEvents.Count);

        // It is back, and says what has changed since it was listed last.
        _units.AddRange(["eu", "us", "br", "jp"]);
        _objects["jp"] = [ObjectVendor.Of("j2", "1")];
        await NextAsync(stage);
        await NextAsync(stage);
        Assert.Equal(["added j2", "removed j1"], SnapshotTests.Changes(stage, 9));
    }

    /// <summary>A process stands still between two pages until its lease is over and another one has read the listing; then it goes on.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_process_that_wakes_up_behind_another_one_neither_removes_nor_repeats_anything(int standsAt)
    {
        using var wake = new ManualResetEventSlim();
        await using var vendor = await ObjectVendor.StartAsync(Enumerable.Range(0, 6).Select(at => ObjectVendor.Of($"o{at}", "1")));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns("diff", ", keep: [id]"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        for (var at = 0; at < 6; at++)
        {
            vendor.Objects[at] = ObjectVendor.Of($"o{at}", "2");
        }

        var stands = new TaskCompletionSource();
        vendor.Instead = skip =>
        {
            if (skip == standsAt && stands.TrySetResult())
            {
                wake.Wait(TimeSpan.FromMinutes(1));
            }

            return null;
        };
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        var slow = stage.Harness.FetchAsync(Stage.Source);
        await stands.Task.WaitAsync(Stage.Deadline());
        await Stage.UntilAsync(() => stage.Harness.CheckpointAsync(Stage.Source).GetAwaiter().GetResult() is { LeaseOwner: not null, Listing.Blocks: > 0 });

        // As if its lease had run out.
        var partition = new PartitionId(Stage.Source, PartitionId.Single);
        var held = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.NotNull(await stage.Harness.Checkpoints.TryWriteAsync(partition, held.Unleased(), null, default));
        await using var other = stage.Harness.Another();
        vendor.Objects.RemoveAt(5);
        await other.FetchAndShipAsync(Stage.Source);
        wake.Set();
        Assert.Equal(FetchOutcome.Skipped, await slow);
        await stage.Harness.ShipAllAsync();
        string[] expected = ["changed o0 profile.text", "changed o1 profile.text", "changed o2 profile.text", "changed o3 profile.text", "changed o4 profile.text", "removed o5"];
        Assert.Equal(expected, SnapshotTests.Changes(stage, 6));

        // The next listing finds nothing that has not happened.
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Null((await stage.Harness.CheckpointAsync(Stage.Source)).Window);
        Assert.Equal(12, stage.Siem.RawEvents.Count);
        var table = await stage.Harness.Storage.Lookups.GetBlobClient("snapshot-acme.jsonl").DownloadContentAsync();
        Assert.Equal(5, table.Value.Content.ToString().Count(c => c == '\n'));
    }

    [Fact]
    public async Task Two_processes_that_poll_at_once_say_everything_once()
    {
        await using var vendor = await ObjectVendor.StartAsync(Enumerable.Range(0, 9).Select(at => ObjectVendor.Of($"o{at}", "1")));
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns("diff"));
        await using var other = stage.Harness.Another();
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(stage.Harness.FetchAsync(Stage.Source), other.FetchAsync(Stage.Source));
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            vendor.Objects[round] = ObjectVendor.Of($"o{round}", "2");
            vendor.Objects.RemoveAt(vendor.Objects.Count - 1);
            stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(
            [.. Enumerable.Range(0, 9).Select(at => $"added o{at}"), "changed o0 profile.text", "changed o1 profile.text", "removed o7", "removed o8"],
            SnapshotTests.Changes(stage, 0));
    }

    private ScriptedServer.Reply Answer(ScriptedServer.Seen request)
    {
        if (request.PathAndQuery.StartsWith("/units", StringComparison.Ordinal))
        {
            return new(200, $$"""{"data":[{{string.Join(',', _units.Select(unit => $"\"{unit}\""))}}]}""");
        }

        var unit = QueryHelpers.ParseQuery(new Uri("http://x" + request.PathAndQuery).Query)["unit"].ToString();
        return _broken.Contains(unit) ? new(500, "") : new(200, $$"""{"data":[{{string.Join(',', _objects[unit])}}]}""");
    }

    private static Task NextAsync(Stage stage)
    {
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        return TickAsync(stage);
    }

    // A tick, and everything that follows from it.
    private static async Task TickAsync(Stage stage)
    {
        await stage.Harness.Schedule.TickAsync(Stage.Deadline());
        while (await PipelineHarness.TakeAsync(stage.Harness.Storage.FetchQueue) is { Count: > 0 } messages)
        {
            foreach (var message in messages)
            {
                await stage.Harness.Fetch.HandleAsync(message, Stage.Deadline());
            }
        }

        await stage.Harness.ShipAllAsync();
    }
}
