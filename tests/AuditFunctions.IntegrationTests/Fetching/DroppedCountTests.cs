using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>What <c>status</c> says of events that processors left out.</summary>
public sealed class DroppedCountTests
{
    private const string List = "[ { action: drop, name: noise, when: { path: kind, equals: noise } } ]";
    private const string Routes = "{ splunk: [ { action: keep, name: loud, when: { path: kind, equals: loud } } ] }";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 50, 0, TimeSpan.Zero);

    [Fact]
    public async Task They_are_counted_by_processor_over_polls_and_hosts_and_cost_no_request_more()
    {
        await using var vendor = await ListVendor.StartAsync([One("a", 0, "noise"), One("b", 1, "loud"), One("c", 2, "noise"), One("d", 3, "low")]);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", List), ("routes", Routes)]));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal("loud=1;noise=2", await DroppedAsync(stage));

        // A poll of nothing but noise, by another host.
        vendor.Events.Add(One("e", 240, "noise"));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        await using var other = stage.Harness.Another();
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Equal("loud=1;noise=3", await DroppedAsync(stage));

        // What was left out is remembered: it is not counted again.
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(FetchOutcome.Idle, await other.FetchAndShipAsync(Stage.Source));
        Assert.Equal("loud=1;noise=3", await DroppedAsync(stage));
        Assert.Equal(1, stage.Siem.Received);
    }

    /// <summary>A process loses its storage at one of the writes to the checkpoint; another goes on.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_stop_at_a_commit_counts_nothing_twice(int commits)
    {
        await using var vendor = await ListVendor.StartAsync(Enumerable.Range(0, 250).Select(at => One($"e{at}", at, at % 5 == 0 ? "loud" : "noise")));
        await using var storage = await DooredStorage.OpenAsync();
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), storage.Setting);
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", List)]));
        await storage.DieAsync(commits, Calls.IsCommit, () => stage.Harness.FetchAndShipAsync(Stage.Source));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(20));
        await using var other = stage.Harness.Another();
        await other.FetchAndShipAsync(Stage.Source);
        Assert.Equal("noise=200", await DroppedAsync(stage));
    }

    [Fact]
    public void They_are_bounded_and_what_is_damaged_says_nothing()
    {
        var many = DroppedEvents.None.And(Enumerable.Range(0, 150).Select(at => KeyValuePair.Create($"p{at:000}", 1L)));
        Assert.Equal((101, 50L), (many.ByName.Count, many.ByName[DroppedEvents.Others]));
        Assert.Equal(many, DroppedEvents.Read(many.ToString()));
        Assert.Equal(5L, many.And([KeyValuePair.Create("p000", 4L)]).ByName["p000"]);
        Assert.Equal("a=1", DroppedEvents.Read("a=1;b;=3;c=-2;d=x;;").ToString());
        Assert.Same(DroppedEvents.None, DroppedEvents.Read(null));
        Assert.Equal("a=3;b=1", DroppedEvents.Sum([DroppedEvents.Read("a=1"), DroppedEvents.Read("a=2;b=1")]).ToString());
    }

    private static Listed One(string id, int seconds, string kind) => Listed.Of(id, Start.AddSeconds(seconds), more: $",\"kind\":\"{kind}\"");

    private static async Task<string> DroppedAsync(Stage stage) => (await stage.Harness.CheckpointAsync(Stage.Source)).Status.Dropped.ToString();
}
