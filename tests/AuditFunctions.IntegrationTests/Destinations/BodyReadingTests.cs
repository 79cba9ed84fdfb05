using System.Globalization;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Destinations.Http;
using AuditFunctions.Destinations.Sentinel;
using AuditFunctions.Destinations.SplunkHec;
using AuditFunctions.Events;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

/// <summary>What a format writes is read again: split batches and dead letters stand on it.</summary>
public sealed class BodyReadingTests
{
    private static readonly BodyContext Context = new("acme", "eu-1");

    public static TheoryData<string> Types => [.. DestinationCatalog.Types.Select(type => type.Name)];

    [Fact]
    public void Every_event_is_read_as_it_was_written_and_pieces_are_bodies() => Law.ForSeeds(400, random =>
    {
        var (format, hasIds) = SomeFormat(random);
        var events = Enumerable.Range(0, random.Next(1, 20)).Select(at => (Bytes: SomeEvent(random), Id: $"{at}\\u0041\\\"x", Time: SomeTime(random))).ToArray();
        var body = Write(format, events);
        var frames = BodyReadings.Read(format.Kind, body)!;
        Assert.Equal(events.Length, frames.Count);
        for (var at = 0; at < events.Length; at++)
        {
            Assert.Equal(format.Kind == "http-ndjson/1" ? OneLine(events[at].Bytes) : events[at].Bytes, Text(body[frames[at].Event]));
            Assert.Equal(hasIds ? (events[at].Id, events[at].Time) : ("", null), (Text(body[frames[at].Id]), frames[at].Time));
        }

        var (from, to) = (random.Next(events.Length), events.Length);
        to = random.Next(from + 1, to + 1);
        byte[] piece = [.. body[..frames[0].Start], .. body[frames[from].Start..frames[to - 1].End], .. body[frames[^1].End..]];
        Assert.Equal(Text(Write(format, events[from..to])), Text(piece));
    });

    [Theory]
    [InlineData("splunk-hec/1", "")]
    [InlineData("splunk-hec/1", "x")]
    [InlineData("splunk-hec/1", "{\"time\":1}")]
    [InlineData("splunk-hec/1", "{\"event\":{\"a\":1}")]
    [InlineData("http-array/1", "{}")]
    [InlineData("http-array/1", "[]")]
    [InlineData("http-array/1", "[{},")]
    [InlineData("http-array/1", "[{}] more")]
    [InlineData("http-array/1", "[\"\\\"]")]
    [InlineData("http-ndjson/1", "{}")]
    [InlineData("http-envelope/1", "{\"events\":[{\"id\":\"1\"}]}")]
    [InlineData("http-envelope/1", "{\"events\":[1]}")]
    [InlineData("http-envelope/1", "{\"event\":[]}")]
    [InlineData("sentinel/1", "[]")]
    [InlineData("sentinel/1", "[1]")]
    [InlineData("sentinel/1", "{\"Event\":{}}")]
    [InlineData("sentinel/1", "[{\"Event\":{}},")]
    [InlineData("sentinel/1", "[{\"EventId\":\"1\"}]")]
    [InlineData("unknown/1", "[{}]")]
    public void Body_that_is_framed_otherwise_is_not_read(string kind, string body) =>
        Assert.Null(BodyReadings.Read(kind, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void No_bytes_however_odd_throw() => Law.ForSeeds(2_000, random =>
    {
        var body = Write(SomeFormat(random).Format, [(SomeEvent(random), "1", null), (SomeEvent(random), "2", null)]);
        for (var change = random.Next(4); change >= 0; change--)
        {
            body[random.Next(body.Length)] = "\"\\{}[],: \n\0e"u8[random.Next(12)];
        }

        foreach (var kind in new[] { "splunk-hec/1", "http-array/1", "http-ndjson/1", "http-envelope/1", "sentinel/1" })
        {
            var cut = body[..random.Next(body.Length + 1)];
            foreach (var frame in BodyReadings.Read(kind, cut) ?? [])
            {
                Assert.InRange(frame.Start, 0, frame.End);
                Assert.InRange(frame.End, frame.Start, cut.Length);
                Assert.InRange(frame.Event.End.Value, frame.Event.Start.Value, cut.Length);
            }
        }
    });

    /// <summary>A type whose framing cannot be read would have its rejected batches given up whole.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_can_be_read(string type)
    {
        var format = DestinationConformanceTests.Define(DestinationConformanceTests.Least(type, new Uri("https://siem.example/"))).Format;
        var body = Write(format, [("{\"a\":1}", "1", null), ("{\"b\":[2]}", "2", null)]);
        Assert.Equal(2, BodyReadings.Read(format.Kind, body)?.Count);
    }

    [Fact]
    public void Cut_event_fits_exactly_is_json_and_keeps_id_time_size_and_start() => Law.ForSeeds(200, random =>
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 3_000)).Select(_ => new[] { "a", "\"", "\\\\", "é", "€", "😀", "\n", "\u0001" }[random.Next(8)]));
        var bytes = Encoding.UTF8.GetBytes(text);
        var time = SomeTime(random);
        var most = random.Next(0, bytes.Length * 2);
        var cut = CutEvent.Of(new EventView { Bytes = bytes, Id = "id\\u0041"u8, Time = time }, most);
        using var json = System.Text.Json.JsonDocument.Parse(cut);
        var root = json.RootElement;
        Assert.True(root.GetProperty("auditfunctions_cut").GetBoolean());
        Assert.Equal(("idA", bytes.Length), (root.GetProperty("id").GetString(), root.GetProperty("bytes").GetInt32()));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), root.GetProperty("sha256").GetString());
        Assert.Equal(time, root.TryGetProperty("time", out var instant) ? instant.GetDateTimeOffset() : null);
        var start = root.GetProperty("start").GetString()!;
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        var whole = CutEvent.Of(new EventView { Bytes = bytes, Id = "id\\u0041"u8, Time = time }, bytes.Length * 6).Length;
        var none = CutEvent.Of(new EventView { Bytes = bytes, Id = "id\\u0041"u8, Time = time }, 0).Length;
        Assert.InRange(cut.Length - none, Math.Min(most, whole - none) - 5, most);
    });

    internal static byte[] Write(IBodyFormat format, params (string Bytes, string Id, DateTimeOffset? Time)[] events)
    {
        using var body = new PooledBytes();
        format.WriteStart(body, Context);
        for (var at = 0; at < events.Length; at++)
        {
            format.WriteEvent(body, Context, new EventView { Bytes = Encoding.UTF8.GetBytes(events[at].Bytes), Id = Encoding.UTF8.GetBytes(events[at].Id), Time = events[at].Time }, first: at == 0);
        }

        format.WriteEnd(body, Context);
        return body.WrittenSpan.ToArray();
    }

    private static (IBodyFormat Format, bool HasIds) SomeFormat(Random random) => random.Next(6) switch
    {
        0 => (new HttpFormat(HttpFraming.Array, 1_000, 10), false),
        1 => (new HttpFormat(HttpFraming.Lines, 1_000, 10), false),
        2 => (new HttpFormat(HttpFraming.Envelope, 1_000, 10), true),
        3 => (new SplunkHecFormat(null, null, null, 1_000), true),
        4 => (new SentinelFormat(1_000), true),
        _ => (new SplunkHecFormat("audit", "a\"b", "ho\\st", 1_000), true),
    };

    private static string SomeEvent(Random random) => random.Next(8) switch
    {
        0 => "{}",
        1 => "{ \"a\" : [ \"}\" , \"\\\"{[\" ] ,\n \"event\" : {} }",
        2 => string.Concat(Enumerable.Repeat("{\"a\":[", 700)) + string.Concat(Enumerable.Repeat("]}", 700)),
        3 => random.Next().ToString(CultureInfo.InvariantCulture),
        4 => "\"text \\\\\\\" with \\\\\"",
        5 => "[1,\r\n2]",
        6 => "null",
        _ => $$"""{"id":{{random.Next()}},"time":"x","fields":{"event_id":"y"},"events":[{"event":1}],"pad":"{{new string('é', random.Next(300))}}"}""",
    };

    private static DateTimeOffset? SomeTime(Random random) => random.Next(4) == 0
        ? null
        : new DateTimeOffset(random.NextInt64(DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    private static string OneLine(string text) => text.Replace('\n', ' ').Replace('\r', ' ');

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
