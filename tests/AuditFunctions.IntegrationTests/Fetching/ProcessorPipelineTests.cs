using System.Text;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Pipeline.Shipping;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Sandbox;
using AuditFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AuditFunctions.Tests.Fetching;

/// <summary>Processors in the whole pipeline: what is left out never arrives, what is hidden stands nowhere, and all else arrives once.</summary>
public sealed class ProcessorPipelineTests
{
    private const string Planted = "anna.planted@acme.example";
    private const string Key = "the-key-of-pseudonyms";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 50, 0, TimeSpan.Zero);

    private const string List = """
        - { action: drop, name: noise, when: { path: kind, equals: debug } }
        - { action: pseudonymise, paths: [user], key: secret:pseudonyms }
        - { action: redact, patterns: [email] }
        - { action: split, path: changes }
        """;

    [Fact]
    public async Task What_is_dropped_never_arrives_and_what_is_hidden_stands_nowhere_while_all_else_arrives_once()
    {
        await using var vendor = await ListVendor.StartAsync(
        [
            Listed.Of("a", Start, more: $",\"big\":12345678901234567890 , \"mail\":\"{Planted}\""),
            Listed.Of("noise-1", Start.AddSeconds(1), more: $",\"kind\":\"debug\",\"mail\":\"{Planted}\""),
            Listed.Of("b", Start.AddSeconds(2), more: $",\"user\":\"{Planted}\",\"changes\":[1,{{\"by\":\"{Planted}\"}}]"),
            Listed.Of(Planted, Start.AddSeconds(3)),                                            // its id is to be hidden
            Listed.Of("large", Start.AddSeconds(4), more: $",\"mail\":\"{Planted}\",\"pad\":\"{new string('x', 5_000)}\""),
            new Listed(Start.AddSeconds(5), $$"""{"id":"broken","time":"2026-01-01T00:50:05Z","mail":"{{Planted}}","x":nul}"""),
            Listed.Of("noise-2", Start.AddSeconds(6), more: ",\"kind\":\"debug\""),
        ]);
        await using var stage = await StartAsync(vendor, ("processors", List));
        await stage.Harness.AddDestinationAsync("small", ("type", "http"), ("url", new Uri(stage.Siem.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"), ("maxBodyBytes", "1000"));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", List), ("destination", "splunk, small")]));
        using var metrics = new RecordedMetrics(stage.Harness.Get<System.Diagnostics.Metrics.IMeterFactory>());
        for (var poll = 0; poll < 3; poll++)
        {
            await stage.Harness.FetchAsync(Stage.Source);
            AssertHidden(await StorageDump.OfAsync(stage.Harness));
            await stage.Harness.ShipAllAsync();
            stage.Harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        // Of seven: two dropped, one broken, one split in two. One is too large for one of the destinations.
        string[] arrived = [.. stage.Siem.RawEvents.Select(Encoding.UTF8.GetString)];
        Assert.Equal(5 + 4, arrived.Length);
        Assert.DoesNotContain(arrived, text => text.Contains("noise", StringComparison.Ordinal) || text.Contains(Planted, StringComparison.Ordinal));
        Assert.Equal(2, arrived.Count(text => text.Contains(""""{"id":"a","time":"2026-01-01T00:50:00Z","big":12345678901234567890 , "mail":"[redacted]"}"""", StringComparison.Ordinal)));
        Assert.Equal(2, arrived.Count(text => text.Contains("\"changes\":1}", StringComparison.Ordinal)));
        Assert.Equal(2, arrived.Count(text => text.Contains("\"changes\":{\"by\":\"[redacted]\"}}", StringComparison.Ordinal)));
        Assert.Equal(4, arrived.Count(text => text.Contains("\"user\":\"1:", StringComparison.Ordinal)));
        var everything = await StorageDump.OfAsync(stage.Harness);
        AssertHidden(everything);
        Assert.Contains(everything, text => text.Contains("auditfunctions_withheld", StringComparison.Ordinal));
        Assert.Contains(everything, text => text.Contains("\"id\":\"large\"", StringComparison.Ordinal));
        Assert.Equal(["source=acme,processor=noise: 2"], metrics.Take("auditfunctions.processors.dropped"));
        Assert.Single(stage.Harness.Log.Of(2025));
    }

    [Fact]
    public async Task Another_list_neither_sends_again_nor_loses_and_without_one_events_go_on_as_they_came()
    {
        await using var vendor = await ListVendor.StartAsync([Listed.Of("a", Start, more: ",\"kind\":\"debug\""), Listed.Of("b", Start)]);
        await using var stage = await StartAsync(vendor, ("processors", List));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((0, 1), (stage.Siem.CountOf("a"), stage.Siem.CountOf("b")));

        vendor.Events.Add(Listed.Of("c", Start.AddMinutes(1), more: $",\"kind\":\"debug\" , \"mail\":\"{Planted}\""));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", "none")]));
        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((0, 1, 1), (stage.Siem.CountOf("a"), stage.Siem.CountOf("b"), stage.Siem.CountOf("c")));
        Assert.Contains(stage.Siem.RawEvents, raw => Encoding.UTF8.GetString(raw).Contains(vendor.Events[^1].Json, StringComparison.Ordinal));
        Assert.Equal(2, stage.Siem.Received);
    }

    [Fact]
    public async Task A_page_that_is_fetched_twice_gives_the_same_batches()
    {
        await using var vendor = await ListVendor.StartAsync([.. Enumerable.Range(0, 30).Select(at => Listed.Of($"e{at}", Start.AddSeconds(at), more: $",\"user\":\"{Planted}\",\"changes\":[1,2]"))]);
        await using var stage = await StartAsync(vendor, ("processors", List));
        await stage.Harness.FetchAsync(Stage.Source);
        await stage.Harness.Checkpoints.RemoveAsync(Stage.Source, default);
        await stage.Harness.FetchAsync(Stage.Source);
        await stage.Harness.ShipAllAsync();
        Assert.Equal((60, 60), (stage.Siem.RawEvents.Count, stage.Siem.RawEvents.Select(Encoding.UTF8.GetString).Distinct().Count()));
    }

    [Fact]
    public async Task With_dead_letter_an_event_that_a_processor_failed_on_is_kept_with_the_reason_and_the_rest_of_the_list_applied()
    {
        await using var vendor = await ListVendor.StartAsync([Listed.Of("a", Start, more: $",\"text\":\"no json\",\"mail\":\"{Planted}\""), Listed.Of("b", Start, more: ",\"text\":\"{}\"")]);
        await using var stage = await StartAsync(vendor, ("processors", "{ onError: dead-letter, list: [ { action: parse, paths: [text], as: json }, { action: redact, patterns: [email] } ] }"));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((0, 1), (stage.Siem.CountOf("a"), stage.Siem.CountOf("b")));
        AssertHidden(await StorageDump.OfAsync(stage.Harness));
        var letters = new List<DeadLetter>();
        await foreach (var letter in stage.Harness.Get<DeadLetterStore>().ListAsync(new DeadLetterFilter(), default))
        {
            letters.Add(letter);
        }

        var note = Assert.Single(letters).Note;
        Assert.Equal(("a", "splunk", "a processor failed on the event: 1-parse: the text is not JSON, or nested more than 64 levels deep"), (note.EventId, note.Destination, note.Reason));
        var kept = Assert.Single(DeadLetterEvents.Read(note, await stage.Harness.Get<DeadLetterStore>().ReadBodyAsync(letters[0].Name, default))!);
        Assert.Equal("""{"id":"a","time":"2026-01-01T00:50:00Z","text":"no json","mail":"[redacted]"}""", Encoding.UTF8.GetString(kept.Bytes.Span));
        Assert.Single(stage.Harness.Log.Of(2026));
    }

    [Fact]
    public async Task Without_its_key_no_event_goes_on()
    {
        await using var vendor = await ListVendor.StartAsync([Listed.Of("a", Start, more: $",\"user\":\"{Planted}\"")]);
        await using var stage = await StartAsync(vendor, ("processors", List));
        stage.Harness.Configuration["AUDIT_SECRET_PSEUDONYMS"] = null;
        Assert.Equal(FetchOutcome.Refused, await stage.Harness.FetchAndShipAsync(Stage.Source));
        Assert.Equal(0, stage.Siem.Received);
        stage.Harness.Configuration["AUDIT_SECRET_PSEUDONYMS"] = Key;
        stage.Harness.Clock.Advance(TimeSpan.FromHours(2));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal(1, stage.Siem.CountOf("a"));
    }

    /// <summary>Noise goes to the archive only; what the source's own list hides is hidden from both.</summary>
    [Fact]
    public async Task A_route_changes_what_one_destination_gets_and_nothing_else()
    {
        await using var vendor = await ListVendor.StartAsync(
        [
            Listed.Of("a", Start, more: $",\"kind\":\"debug\",\"mail\":\"{Planted}\""), Listed.Of("b", Start.AddSeconds(1), more: ",\"note\":\"for the archive\""), Listed.Of("c", Start.AddSeconds(2)),
        ]);
        await using var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("AUDIT_SECRET_PSEUDONYMS", Key));
        await using var archive = await SandboxSiem.StartAsync(new SandboxSiemOptions { KeepEvents = true }, Stage.Deadline());
        await stage.Harness.AddDestinationAsync("archive", ("type", "splunk-hec"), ("url", archive.BaseUrl.AbsoluteUri), ("token", "secret:siem"));
        const string Routes = """
            splunk:
              - { action: drop, name: noise, when: { path: kind, equals: debug } }
              - { action: remove, paths: [note] }
            """;
        const string All = "[ { action: redact, patterns: [email] } ]";
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: [("processors", All), ("routes", Routes), ("destination", "splunk, archive")]));
        using var metrics = new RecordedMetrics(stage.Harness.Get<System.Diagnostics.Metrics.IMeterFactory>());

        await stage.Harness.FetchAndShipAsync(Stage.Source);

        Assert.Equal((0, 1, 1), (stage.Siem.CountOf("a"), stage.Siem.CountOf("b"), stage.Siem.CountOf("c")));
        Assert.Equal((1, 1, 1), (archive.CountOf("a"), archive.CountOf("b"), archive.CountOf("c")));
        Assert.DoesNotContain(stage.Siem.RawEvents, raw => Encoding.UTF8.GetString(raw).Contains("for the archive", StringComparison.Ordinal));
        Assert.Contains(archive.RawEvents, raw => Encoding.UTF8.GetString(raw).Contains("for the archive", StringComparison.Ordinal));
        AssertHidden([.. archive.RawEvents.Select(Encoding.UTF8.GetString)]);
        Assert.Equal(["source=acme,processor=noise: 1"], metrics.Take("auditfunctions.processors.dropped"));

        stage.Harness.Clock.Advance(TimeSpan.FromMinutes(5));
        await stage.Harness.FetchAndShipAsync(Stage.Source);
        Assert.Equal((2, 3), (stage.Siem.Received, archive.Received));
    }

    private static void AssertHidden(List<string> everything)
    {
        Assert.NotEmpty(everything);
        Assert.DoesNotContain(everything, text => text.Contains("planted", StringComparison.OrdinalIgnoreCase) || text.Contains(Key, StringComparison.Ordinal));
    }

    private static async Task<Stage> StartAsync(ListVendor vendor, params (string Column, string Value)[] more)
    {
        var stage = await Stage.StartAsync(new SandboxVendorOptions(), ("AUDIT_SECRET_PSEUDONYMS", Key));
        await stage.Harness.AddSourceAsync(Stage.Source, vendor.Columns(stage, more: more));
        return stage;
    }
}
