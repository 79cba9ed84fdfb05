using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>The list that a template reads is empty, and another list of the answer is not: perhaps the template reads the wrong one.</summary>
public sealed class EventsElsewhereTests
{
    private const string One = """{"id":"a","time":"2026-01-01T00:10:00Z"}""";
    private const string Person = """{"id":"u","name":"Ada"}""";

    // Of a source that never brought anything, events that stand elsewhere are a wrong path: the mark stays, and nothing counts as read.
    [Theory]
    [InlineData($$"""{"data":[],"items":[{{One}}]}""", true)]
    [InlineData($$$"""{"data":[],"page":{"items":[{{{One}}},{{{One}}}]}}""", true)]
    [InlineData($$"""{"data":[],"users":[{{Person}}],"links":[{"href":"x"}]}""", false)]
    [InlineData("""{"data":[],"items":[]}""", false)]
    [InlineData("""{"data":[]}""", false)]
    public async Task A_source_that_never_brought_an_event_fails_where_events_stand_elsewhere(string answer, bool fails)
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, answer));
        await using var stage = await StartAsync(vendor);
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        var checkpoint = await stage.Harness.CheckpointAsync(Stage.Source);
        Assert.Equal((fails ? 1 : 0, null, null), (checkpoint.Status.Failures, checkpoint.MarkAt, checkpoint.Status.Doubt));
        Assert.Equal(fails, checkpoint.Status.LastError?.Contains("objects with the time of an event stand at", StringComparison.Ordinal) ?? false);
    }

    // A source that brought events reads the right list, as a rule: it goes on, and the doubt is said once and stays until events come.
    [Fact]
    public async Task A_doubt_is_reported_once_and_stays_until_events_come()
    {
        var answer = $$"""{"data":[{{One}}]}""";
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, answer));
        await using var stage = await StartAsync(vendor);
        await PollAsync();
        answer = $$"""{"data":[],"items":[{{One}}]}""";
        for (var poll = 0; poll < 3; poll++)
        {
            var status = await PollAsync();
            Assert.Equal((0, "nothing stands in the list of events at 'data', but objects with the time of an event stand at 'items'; check 'events.path'"), (status.Failures, status.Doubt));
        }

        Assert.Contains("check 'events.path'", Assert.Single(stage.Harness.Log.Of(2038)), StringComparison.Ordinal);
        answer = $$"""{"data":[{{One.Replace("\"a\"", "\"b\"", StringComparison.Ordinal)}}]}""";
        Assert.Null((await PollAsync()).Doubt);
        Assert.Equal(2, stage.Siem.Received);

        async Task<PartitionStatus> PollAsync()
        {
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
            await stage.Harness.FetchAndShipAsync(Stage.Source);
            return (await stage.Harness.CheckpointAsync(Stage.Source)).Status;
        }
    }

    // Ten objects or more without the time of an event are no links: said, and no more.
    [Fact]
    public async Task Many_objects_elsewhere_are_a_doubt()
    {
        await using var vendor = await ScriptedServer.StartAsync(_ => new(200, $$"""{"data":[],"users":[{{string.Join(',', Enumerable.Repeat(Person, 10))}}]}"""));
        await using var stage = await StartAsync(vendor);
        await stage.Harness.FetchAndShipAsync(Stage.Source);

        var status = (await stage.Harness.CheckpointAsync(Stage.Source)).Status;
        Assert.Equal((0, "nothing stands in the list of events at 'data', but objects stand at 'users'; check 'events.path'"), (status.Failures, status.Doubt));
    }

    private static async Task<Stage> StartAsync(ScriptedServer vendor)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions());
        await stage.Harness.AddSourceAsync(
            Stage.Source,
            [
                .. stage.GenericColumns("asc").Where(column => column.Column is not ("next" or "query" or "paging" or "url" or "order")),
                ("url", $"{vendor.BaseUrl}/list"), ("query", "from={from}"), ("order", "unordered"),
            ]);
        return stage;
    }
}
