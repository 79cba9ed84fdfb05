using System.Text;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Messages that are not what they should be end in no exception: the host would count them and give them up.</summary>
[Trait("Category", "Fuzz")]
public sealed class MutatedMessageTests
{
    [Fact]
    public async Task Spoilt_messages_of_both_queues_never_throw_out_of_their_handlers()
    {
        await using var stage = await Stage.WithWindowsAsync(new SandboxVendorOptions { Events = 5 });
        var fetch = new FetchMessage(Stage.Source, ["default"], stage.Harness.Time.GetUtcNow()).ToWire().ToString();
        await stage.Harness.FetchAsync(Stage.Source);
        var ship = Assert.Single(await PipelineHarness.TakeAsync(stage.Harness.Storage.ShipQueue));
        await Law.ForSeedsAsync(150, async random =>
        {
            await stage.Harness.Fetch.HandleAsync(Spoilt(fetch, random), Stage.Deadline());
            await stage.Harness.Ship.HandleAsync(Spoilt(ship, random), Stage.Deadline());
        });

        string[] odd = ["", " ", "null", "{}", "[]", "\"x\"", "\0", "{\"source\":null,\"partitions\":null}", "{\"source\":\"acme\",\"partitions\":[null]}", "{\"source\":\"a/b\\\\#?\",\"partitions\":[\"\\u0000\",\"/\"],\"issuedAt\":\"2026-01-01T00:00:00Z\"}", new string('[', 60_000)];
        foreach (var text in odd)
        {
            await stage.Harness.Fetch.HandleAsync(text, Stage.Deadline());
            await stage.Harness.Ship.HandleAsync(text, Stage.Deadline());
        }

        // Good messages still do what they should.
        stage.Harness.Clock.Advance(TimeSpan.FromHours(1));
        stage.Vendor.Publish(3, stage.Harness.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.All(stage.Vendor.OfferedIds.TakeLast(3), id => Assert.Equal(1, stage.Siem.CountOf(id)));
    }

    private static string Spoilt(string message, Random random) => Encoding.UTF8.GetString(Mutation.Of(Encoding.UTF8.GetBytes(message), random));
}
