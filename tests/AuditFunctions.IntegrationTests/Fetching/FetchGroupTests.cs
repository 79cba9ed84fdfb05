using System.Text.Json;
using AuditFunctions.Pipeline.Messages;
using AuditFunctions.Pipeline.Scheduling;
using AuditFunctions.Pipeline.Storage.Checkpoints;
using AuditFunctions.Pipeline.Storage.Queues;
using AuditFunctions.Sandbox;
using AuditFunctions.Sources;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Several sources asked for with one message.</summary>
public sealed class FetchGroupTests
{
    [Fact]
    public async Task A_tick_asks_for_quick_sources_together_and_for_what_takes_longer_alone()
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z", ("Scheduling:GroupSize", "16"));
        await harness.AddDestinationAsync("siem", ("type", "http"), ("url", "https://siem.example/in"));
        string[] quick = [.. Enumerable.Range(10, 20).Select(number => $"quick-{number}")];
        foreach (var name in quick.Concat(["catching-up", "failing", "new"]))
        {
            await harness.AddSourceAsync(name, ("template", "okta-system-log"), ("domain", "acme.okta.com"), ("token", "secret:vendor"), ("destination", "siem"), ("interval", "5m"));
        }

        var now = harness.Time.GetUtcNow();
        var polled = new Checkpoint { MarkAt = now, Status = new PartitionStatus { LastPollAt = now } };
        foreach (var name in quick)
        {
            await WriteAsync(harness, name, polled);
        }

        await WriteAsync(harness, "catching-up", polled with { Window = new WindowInProgress(now.AddHours(-1), now, now, now) });
        await WriteAsync(harness, "failing", polled with { Status = polled.Status with { Failures = 1, LastError = "gone", NextPollAt = now } });
        await harness.Schedule.TickAsync(default);
        await PipelineHarness.TakeAsync(harness.Storage.FetchQueue);
        harness.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(23, await harness.Schedule.TickAsync(default));

        var messages = (await PipelineHarness.TakeAsync(harness.Storage.FetchQueue)).Select(text => JsonSerializer.Deserialize(text, MessageJson.Default.FetchMessage)!).ToArray();
        Assert.Equal([1, 1, 1, 4, 16], messages.Select(message => message.Targets.Count()).Order());
        Assert.Equal(["catching-up", "failing", "new"], messages.Where(message => message.More is null).Select(message => message.Source).Order(StringComparer.Ordinal));
        Assert.Equal(quick, messages.Where(message => message.More is not null).SelectMany(message => message.Targets).Select(target => target.Source).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_source_that_hangs_keeps_none_of_its_group_waiting()
    {
        await using var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Faults = new FaultPlan().Next(1, new Fault.Hang()) });
        await using var other = await SandboxVendor.StartAsync(new SandboxVendorOptions(), Stage.Deadline());
        await AddAsync(stage, "elsewhere", other);
        await AddAsync(stage, "elsewhere-too", other);

        var group = stage.Harness.Fetch.HandleAsync(Message(stage, Stage.Source, "elsewhere", "nobody", "elsewhere-too"), Stage.Deadline());
        await Stage.UntilAsync(() => stage.Vendor.Faults.Taken == 1);
        while ((await stage.Harness.CheckpointAsync("elsewhere")).Status.Events == 0 || (await stage.Harness.CheckpointAsync("elsewhere-too")).Status.Events == 0)
        {
            Assert.False(group.IsFaulted);
            Stage.Deadline().ThrowIfCancellationRequested();
        }

        Assert.False(group.IsCompleted);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await group;
        Assert.Contains("no whole answer within 60 s", (await stage.Harness.CheckpointAsync(Stage.Source)).Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_finds_no_room_in_the_process_comes_again_alone()
    {
        await using var stage = await Stage.WithOktaAsync(new SandboxVendorOptions { Faults = new FaultPlan().Next(1, new Fault.Hang()) }, ("Fetching:MaxConcurrent", "1"));
        await using var other = await SandboxVendor.StartAsync(new SandboxVendorOptions(), Stage.Deadline());
        await AddAsync(stage, "elsewhere", other);
        await AddAsync(stage, "elsewhere-too", other);

        var group = stage.Harness.Fetch.HandleAsync(Message(stage, Stage.Source, "elsewhere", "elsewhere-too"), Stage.Deadline());
        await Stage.UntilAsync(() => stage.Vendor.Faults.Taken == 1);
        stage.Harness.Clock.Advance(TimeSpan.FromSeconds(20));
        while (await PipelineHarness.CountAsync(stage.Harness.Storage.FetchQueue) < 2)
        {
            Assert.False(group.IsFaulted);
            Stage.Deadline().ThrowIfCancellationRequested();
        }

        Assert.Equal(0, other.Requests);
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await group;
        await stage.Harness.Fetch.HandleAsync(Message(stage, "elsewhere"), Stage.Deadline());
        Assert.True((await stage.Harness.CheckpointAsync("elsewhere")).Status.Events > 0, "the place was never given back");
    }

    [Theory]
    [InlineData("""{"source":"acme","partitions":["default"],"issuedAt":"2026-01-01T00:00:00Z","schemaVersion":1,"more":[{"source":"a/b","partitions":["default"]}]}""", "its source is no source's name")]
    [InlineData("""{"source":"acme","partitions":["default"],"issuedAt":"2026-01-01T00:00:00Z","schemaVersion":1,"more":[{}]}""", "it is no fetch message")]
    [InlineData("""{"source":"acme","partitions":["default"],"issuedAt":"2026-01-01T00:00:00Z","schemaVersion":1,"more":[null]}""", "it names nothing")]
    public void A_group_with_a_name_that_cannot_be_one_is_no_message(string text, string reason)
    {
        Assert.Null(MessageReading.Fetch(text, out var found));
        Assert.StartsWith(reason, found, StringComparison.Ordinal);
    }

    /// <summary>Vendors choose the names of partitions, and a message asks for those of many sources.</summary>
    [Fact]
    public void A_partition_that_cannot_be_one_keeps_none_of_the_others_from_being_fetched()
    {
        var message = MessageReading.Fetch(
            """{"source":"acme","partitions":["","\ud800\udc00","\ufffd"],"issuedAt":"2026-01-01T00:00:00Z","schemaVersion":1,"more":[{"source":"other","partitions":[null]},{"source":"third","partitions":["default"]}]}""",
            out var reason);
        Assert.Equal("", reason);
        Assert.Equal([new PartitionId("acme", "\ud800\udc00"), new PartitionId("third", "default")], message!.Targets);
    }

    [Theory]
    [InlineData("€", 256)]
    [InlineData("%2F", 512)]
    [InlineData("x", 10)]
    public async Task However_long_the_names_of_partitions_are_every_source_is_asked_for(string letter, int length)
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z");
        PartitionId[] due = [.. Enumerable.Range(100, 100).Select(number => new PartitionId("acme", string.Concat(Enumerable.Repeat(letter, length)) + number)), new PartitionId("other", "default")];
        await harness.Get<FetchRequests>().SendGroupedAsync(due, harness.Time.GetUtcNow(), default);

        var texts = await PipelineHarness.TakeAsync(harness.Storage.FetchQueue);
        Assert.All(texts, text => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 1, MessageQueue.MaxBytes - MessageSeal.GrowthBytes));
        var messages = texts.Select(text => MessageReading.Fetch(text, out _)!).ToArray();
        Assert.Equal(due.Select(one => one.ToString()).Order(StringComparer.Ordinal), messages.SelectMany(message => message.Targets).Select(one => one.ToString()).Order(StringComparer.Ordinal));
        Assert.InRange(messages.Length, 2, letter == "x" ? 2 : 40);
    }

    private static async Task AddAsync(Stage stage, string name, SandboxVendor vendor) =>
        await stage.Harness.AddSourceAsync(name, [.. stage.OktaColumns(("domain", "other.okta.com")).Select(column => column.Column == "baseUrl" ? ("baseUrl", vendor.BaseUrl.AbsoluteUri.TrimEnd('/')) : column)]);

    private static string Message(Stage stage, params string[] sources) => new FetchMessage(
        sources[0],
        ["default"],
        stage.Harness.Time.GetUtcNow(),
        More: sources.Length == 1 ? null : [.. sources.Skip(1).Select(source => new FetchTarget(source, ["default"]))]).ToWire().ToString();

    private static async Task WriteAsync(PipelineHarness harness, string source, Checkpoint checkpoint) =>
        Assert.NotNull(await harness.Checkpoints.TryWriteAsync(new PartitionId(source, PartitionId.Single), checkpoint, null, default));
}
