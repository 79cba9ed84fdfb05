using System.Text;
using AuditFunctions.Pipeline.Storage.DeadLetters;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

/// <summary>A message that can never be read is kept whole with its reason, and does not come back.</summary>
public sealed class UnreadableMessageTests
{
    private const string FetchStart = """{"source":"acme","partitions":["default"],"issuedAt":"2026-01-01T00:00:00Z",""";
    private const string ShipStart = """{"batchId":"0","source":"a","partition":"b","destination":"c","format":"d","events":1,"rawBytes":1,"day":"20260101","fetchedAt":"2026-01-01T00:00:00Z","body":"AA==",""";

    public static TheoryData<string, string, string> Messages => new()
    {
        { "fetch", "", "no fetch message" },
        { "fetch", "null", "it is null" },
        { "fetch", "[]", "no fetch message" },
        { "fetch", "not ours", "no fetch message" },
        { "fetch", FetchStart, "no fetch message" },
        { "fetch", FetchStart + "\"schemaVersion\":0}", "schema version is 0" },
        { "fetch", FetchStart + "\"schemaVersion\":2}", "schema version is 2" },
        { "fetch", """{"source":"acme","partitions":null,"issuedAt":"2026-01-01T00:00:00Z"}""", "no fetch message" },
        { "fetch", """{"source":"acme","partitions":[],"issuedAt":"2026-01-01T00:00:00Z"}""", "names no partition" },
        { "fetch", """{"source":"acme","partitions":[null],"issuedAt":"2026-01-01T00:00:00Z"}""", "a partition's name" },
        { "fetch", """{"source":"acme","partitions":[""],"issuedAt":"2026-01-01T00:00:00Z"}""", "a partition's name" },
        { "fetch", """{"source":"ACME\u0000","partitions":["a"],"issuedAt":"2026-01-01T00:00:00Z"}""", "no source's name" },
        { "fetch", Garbage(), "no fetch message" },
        { "ship", ShipStart + "\"schemaVersion\":0}", "schema version is 0" },
        { "ship", ShipStart.Replace("20260101\"", "2026#\"", StringComparison.Ordinal) + "\"schemaVersion\":1}", "cannot be one" },
        { "ship", ShipStart.Replace("\"c\"", "\"../c\"", StringComparison.Ordinal) + "\"schemaVersion\":1}", "no destination's name" },
        { "ship", ShipStart.Replace("\"events\":1", "\"events\":-1", StringComparison.Ordinal) + "\"schemaVersion\":1}", "below zero" },
        { "ship", ShipStart.Replace("\"events\":1", "\"events\":2147483647", StringComparison.Ordinal) + "\"schemaVersion\":1}", "more events than its body has bytes" },
        { "ship", Garbage(), "no ship message" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task It_is_kept_whole(string queue, string text, string reason)
    {
        await using var harness = await PipelineHarness.CreateAsync("2026-01-01T00:00:00Z");
        for (var time = 0; time < 2; time++)
        {
            await (queue == "fetch" ? harness.Fetch.HandleAsync(text, default) : harness.Ship.HandleAsync(text, default));
        }

        var store = harness.Get<DeadLetterStore>();
        var letters = new List<DeadLetter>();
        await foreach (var letter in store.ListAsync(new DeadLetterFilter { Day = "20260101" }, default))
        {
            letters.Add(letter);
        }

        var kept = Assert.Single(letters);
        Assert.StartsWith($"20260101/unreadable/{queue}/", kept.Name, StringComparison.Ordinal);
        Assert.Contains(reason, kept.Note.Reason, StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(await store.ReadBodyAsync(kept.Name, default)));
        Assert.Contains(kept.Name, harness.Log.Of(queue == "fetch" ? 2009 : 3006)[0], StringComparison.Ordinal);
    }

    private static string Garbage() => string.Concat(Enumerable.Range(0, 30_000).Select(at => at % 7 == 0 ? "\u0001é" : "{"));
}
