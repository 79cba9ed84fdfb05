using System.Text;
using AuditFunctions.Operations.DeadLetters;
using AuditFunctions.Pipeline.Shipping;

namespace AuditFunctions.Tests.Shipping;

/// <summary>Dead letters as the version before wrote them, in the framing of their destination: the fixtures were made by its code.</summary>
public sealed class FormerLetterTests
{
    private static readonly string[] Events =
    [
        "{ \"id\": \"a-1\", \"text\": \"caf\\u00e9 ☕ \\\"quoted\\\"\", \"nested\": { \"event\": [ 1, { \"fields\": {\"event_id\": \"x\"} } ] } }",
        "{\"id\":\"b\\\\2\",\"n\":1e400,\"big\":12345678901234567890}",
        "[1,\t2]",
        "\"just text\"",
    ];

    private static readonly string[] Ids = ["a-1", "b\\2", "0123456789abcdef0123456789abcdef", "tA"];

    public static TheoryData<string, bool> Framings => new()
    {
        { "splunk-hec-1", true },
        { "http-array-1", false },
        { "http-ndjson-1", false },
        { "http-envelope-1", true },
        { "sentinel-1", true },
    };

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task Letter_of_the_version_before_is_read_as_the_vendor_sent_it_and_can_be_sent_again(string fixture, bool hasIds)
    {
        await using var stage = await SplitStage.StartAsync();
        await stage.Harness.AddDestinationAsync("siem", ("type", "http"), ("url", new Uri(stage.Siem.BaseUrl, "ingest").AbsoluteUri), ("auth", "bearer"), ("token", "secret:siem"), ("body", "envelope"));
        const string Name = "20260131/acme/siem/0123456789abcdef0123456789abcdef";
        await UploadAsync(stage, fixture + ".gz", Name + ".gz");
        await UploadAsync(stage, fixture + ".json", Name + ".json");

        var letter = Assert.Single(await stage.LettersAsync());
        var events = DeadLetterEvents.Read(letter.Note, await stage.Store.ReadBodyAsync(Name, default))!;
        Assert.Equal(Events, events.Select(one => Encoding.UTF8.GetString(one.Bytes.Span)));
        Assert.Equal(hasIds ? Ids : new string?[4], events.Select(one => one.Id));
        Assert.Equal(hasIds ? new DateTimeOffset(2026, 1, 31, 10, 0, 0, TimeSpan.Zero).AddTicks(1234567) : null, events[0].Time);

        Assert.Null(await stage.Harness.Make<DeadLetterRetry>().SendAsync(letter, default));
        await stage.ShipAsync();
        Assert.Empty(await stage.LettersAsync());
        Assert.Equal(4, stage.Siem.Batches.Sum(batch => batch.Events));
        Assert.Contains(stage.Siem.RawEvents, raw => Encoding.UTF8.GetString(raw).Contains(Events[0], StringComparison.Ordinal));
    }

    private static async Task UploadAsync(SplitStage stage, string fixture, string name)
    {
        await using var file = typeof(FormerLetterTests).Assembly.GetManifestResourceStream("Fixtures/" + fixture)!;
        await stage.Harness.Storage.DeadLetters.GetBlobClient(name).UploadAsync(file);
    }
}
