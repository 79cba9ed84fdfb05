using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditFunctions.Destinations;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.Bodies;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Pipeline.Storage.Rows;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Shipping;

/// <summary>A SIEM and destinations <c>hec</c> and <c>web</c> (a JSON array, answers that name no event), and batches of many events for them.</summary>
internal sealed class SplitStage : IAsyncDisposable
{
    private SplitStage(SandboxSiem siem, PipelineHarness harness)
    {
        Siem = siem;
        Harness = harness;
    }

    public SandboxSiem Siem { get; }

    public PipelineHarness Harness { get; }

    public DeadLetterStore Store => Harness.Get<DeadLetterStore>();

    public static async Task<SplitStage> StartAsync(SandboxSiemOptions? options = null)
    {
        var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z");
        options ??= new SandboxSiemOptions();
        options.KeepEvents = true;
        var siem = await SandboxSiem.StartAsync(options, Stage.Deadline());
        var stage = new SplitStage(siem, harness);
        await harness.AddDestinationAsync("hec", ("type", "splunk-hec"), ("url", siem.BaseUrl.AbsoluteUri), ("token", "secret:siem"));
        await stage.AddWebAsync();
        return stage;
    }

    public Task AddWebAsync(params (string Column, string Value)[] more) =>
        Harness.AddDestinationAsync("web", [("type", "http"), ("url", new Uri(Siem.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"), .. more]);

    /// <summary>Refuses events as the destination would: by number for <c>hec</c>, without one for <c>web</c>.</summary>
    public void Refuse(params IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            Siem.Refuse(id, EventRefusal.InvalidDataFormat);
        }
    }

    /// <summary>A batch of events with these ids, in the queue.</summary>
    public async Task SendAsync(string destination, params IEnumerable<string> ids)
    {
        var rows = await Harness.Get<DefinitionCache>().DestinationsAsync(TimeSpan.FromDays(1), default);
        var definition = rows[destination].Definition!;
        using var packer = new BodyPacker(definition.Format, new BodyContext("acme", "default"), destination);
        foreach (var id in ids)
        {
            var view = new EventView { Bytes = Encoding.UTF8.GetBytes(Event(id)), Id = Encoding.UTF8.GetBytes(id), Time = Harness.Clock.GetUtcNow() };
            Assert.Null(packer.Add(view, out var fits));
            Assert.True(fits);
        }

        using var body = packer.Finish()!;
        var message = State.MessageTests.Message with
        {
            BatchId = body.BatchId,
            Destination = destination,
            Format = definition.Format.Kind,
            Events = body.Events,
            RawBytes = body.RawBytes,
        };
        await new BatchSender(Harness.Storage, Harness.Get<BodyStore>()).SendAsync(message, body.Gzip, default);
    }

    public static string Event(string id) => $$"""{"id":"{{id}}", "n" : 1}""";

    public static string[] Ids(int count, string prefix = "e") => [.. Enumerable.Range(0, count).Select(at => prefix + at.ToString("0000", CultureInfo.InvariantCulture))];

    /// <summary>Handles what is in the queue until nothing is visible in it.</summary>
    public async Task ShipAsync()
    {
        while (await Harness.ShipAllAsync() > 0)
        {
        }
    }

    public async Task<List<DeadLetter>> LettersAsync()
    {
        var letters = new List<DeadLetter>();
        await foreach (var letter in Store.ListAsync(new DeadLetterFilter(), default))
        {
            letters.Add(letter);
        }

        return letters;
    }

    /// <summary>The ids of the events in the dead letters, each event's bytes checked.</summary>
    public async Task<List<string>> DeadIdsAsync()
    {
        var ids = new List<string>();
        foreach (var letter in await LettersAsync())
        {
            var events = DeadLetterEvents.Read(letter.Note, await Store.ReadBodyAsync(letter.Name, default))!;
            Assert.Equal(letter.Note.Events, events.Count);
            foreach (var one in events)
            {
                var text = Encoding.UTF8.GetString(one.Bytes.Span);
                ids.Add(JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!);
                Assert.Equal(Event(ids[^1]), text);
            }
        }

        return ids;
    }

    /// <summary>The law: delivered and dead letters are what was offered, nothing twice, nothing left behind.</summary>
    public async Task AssertSettledAsync(IReadOnlyCollection<string> offered, IReadOnlyCollection<string> dead)
    {
        Assert.Equal(dead.Order(StringComparer.Ordinal), (await DeadIdsAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(offered.Except(dead).Order(StringComparer.Ordinal), Siem.Ids.Order(StringComparer.Ordinal));
        Assert.Equal((0L, 0), (Siem.Duplicates, await PipelineHarness.CountAsync(Harness.Storage.ShipQueue)));
        Assert.All(Siem.RawEvents, raw => Assert.StartsWith("{\"id\":\"", Encoding.UTF8.GetString(raw), StringComparison.Ordinal));
        await foreach (var blob in Harness.Storage.Batches.GetBlobsAsync())
        {
            Assert.Fail($"blob {blob.Name} is left");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Siem.DisposeAsync();
        await Harness.DisposeAsync();
    }
}
