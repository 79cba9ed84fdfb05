using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditFunctions.Configuration.Secrets;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Catalogs;
using AuditFunctions.Destinations.Sentinel;
using AuditFunctions.Http.Tokens;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Destinations;

public sealed class SentinelFormatTests
{
    private const int Limit = 1_000_000;
    private static readonly BodyContext Context = new("acme", "eu");
    private static readonly Dictionary<string, SecretText> Token = new() { [EntraToken.Key] = new("t") };

    [Fact]
    public void Body_is_pinned_to_the_byte()
    {
        var text = FormatText.Of(new SentinelFormat(Limit), ("{ \"a\":\n1 }", "e\\\"1", "2026-01-01T00:00:00.1234567Z"), ("{}", "7", null));
        Assert.Equal(
            """[{"BatchId":"00000000000000000000000000000000","TimeGenerated":"2026-01-01T00:00:00.1234567Z","EventTime":"2026-01-01T00:00:00.1234567Z","EventId":"e\"1","Source":"acme","Partition":"eu","Event":{ "a":""" + "\n"
            + """1 }},{"BatchId":"00000000000000000000000000000000","TimeGenerated":"1970-01-01T00:00:00.0000000Z","EventId":"7","Source":"acme","Partition":"eu","Event":{}}]""",
            text);
    }

    /// <summary>In a dynamic column a string that looks like JSON would turn into JSON, and null into nothing.</summary>
    [Theory]
    [InlineData("\"{\\\"a\\\":1}\"")]
    [InlineData("12345678901234567890.5")]
    [InlineData("null")]
    [InlineData("[1,{}]")]
    public void Event_that_is_no_object_stands_in_one_and_is_read_back_as_it_was(string bytes)
    {
        var body = BodyReadingTests.Write(new SentinelFormat(Limit), (bytes, "1", null));
        Assert.EndsWith("\"Event\":{\"auditfunctions_value\":" + bytes + "}}]", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        var frame = Assert.Single(BodyReadings.Read("sentinel/1", body)!);
        Assert.Equal(bytes, Encoding.UTF8.GetString(body[frame.Event]));
    }

    [Fact]
    public void Rows_have_the_columns_that_are_declared()
    {
        var rows = JsonDocument.Parse(FormatText.Of(new SentinelFormat(Limit), KindStage.Origin, ("{}", "1", "2026-01-01T00:00:00Z"))).RootElement;
        Assert.Equal(SentinelFormat.Columns.Select(column => column.Name).Order(StringComparer.Ordinal), rows[0].EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Bodies_join_to_the_page_and_never_exceed_the_limit_raw_or_on_the_wire_and_each_row_has_its_batch_id() => Law.ForSeeds(25, random =>
    {
        var definition = DestinationConformanceTests.Define(DestinationConformanceTests.Least("sentinel", new Uri("https://siem.example/")));
        var format = random.Next(2) == 0 ? definition.Format : new SentinelFormat(random.Next(1_000, 200_000));
        var events = Enumerable.Range(0, random.Next(1, 60)).Select(at => SomeEvent(random, at)).ToArray();
        var bodies = Pack(format, events, out var left);
        Assert.Equal(bodies.Select(body => (body.Id, body.Raw)), Pack(format, events, out _).Select(body => (body.Id, body.Raw)));
        Assert.All(left, at => Assert.True(events[at].Length > format.MaxEventBytes || events[at].Length + 400 > format.MaxBodyBytes));
        var at = 0;
        foreach (var body in bodies)
        {
            Assert.InRange(Encoding.UTF8.GetByteCount(body.Raw), 1, format.MaxBodyBytes);
            using var request = Protocols.Of(definition).Request(new SendBody(body.Id, body.Gzip, Encoding.UTF8.GetByteCount(body.Raw), body.Events, default), Token);
            Assert.InRange(request.Content!.Headers.ContentLength!.Value, 1, Limit);
            foreach (var row in JsonDocument.Parse(body.Raw).RootElement.EnumerateArray())
            {
                while (left.Contains(at))
                {
                    at++;
                }

                Assert.Equal((body.Id, $"{at}", events[at++]), (row.GetProperty("BatchId").GetString(), row.GetProperty("EventId").GetString(), row.GetProperty("Event").GetRawText()));
            }

            // The id is that of the body with zeros in its places: nobody needs the id to compute it.
            var blank = body.Raw.Replace(body.Id, BodyContext.NoBatchId, StringComparison.Ordinal);
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"sentinel/1\ndest\nacme\neu\n{blank}"));
            Assert.Equal(Convert.ToHexStringLower(hash.AsSpan(0, 16)), body.Id);
        }

        Assert.Equal(events.Length, bodies.Sum(body => body.Events) + left.Count);
    });

    // Bytes that compression makes larger: only the smaller form may go out.
    [Fact]
    public void Body_that_compression_makes_larger_is_sent_as_it_is()
    {
        var definition = DestinationConformanceTests.Define(DestinationConformanceTests.Least("sentinel", new Uri("https://siem.example/")));
        using var request = Protocols.Of(definition).Request(new SendBody("id", new byte[1_000_200], Limit, 1, default), Token);
        Assert.Equal(((long?)Limit, 0), (request.Content!.Headers.ContentLength, request.Content.Headers.ContentEncoding.Count));
    }

    private static List<(string Id, string Raw, ReadOnlyMemory<byte> Gzip, int Events)> Pack(IBodyFormat format, string[] events, out List<int> left)
    {
        using var packer = new BodyPacker(format, Context, "dest");
        var bodies = new List<(string, string, ReadOnlyMemory<byte>, int)>();
        left = [];
        for (var at = 0; at <= events.Length; at++)
        {
            var fits = true;
            using var body = at == events.Length ? packer.Finish() : packer.Add(
                new EventView { Bytes = Encoding.UTF8.GetBytes(events[at]), Id = Encoding.UTF8.GetBytes($"{at}"), Time = DateTimeOffset.UnixEpoch.AddDays(at) }, out fits);
            if (!fits)
            {
                left.Add(at);
            }

            if (body is not null)
            {
                using var inflate = new StreamReader(new GZipStream(new MemoryStream(body.Gzip.ToArray()), CompressionMode.Decompress));
                bodies.Add((body.BatchId, inflate.ReadToEnd(), body.Gzip.ToArray(), body.Events));
            }
        }

        return bodies;
    }

    private static string SomeEvent(Random random, int at)
    {
        var noise = new byte[random.Next(4) switch { 0 => 40, 1 => 2_000, 2 => 40_000, _ => random.Next(47_000, 49_000) }];
        random.NextBytes(noise);
        return $$"""{"n":{{at}},"noise":"{{Convert.ToBase64String(noise)}}"}""";
    }
}
