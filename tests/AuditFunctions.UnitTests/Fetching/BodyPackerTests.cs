using System.IO.Compression;
using System.Text;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Http;
using AuditFunctions.Destinations.SplunkHec;
using AuditFunctions.Events;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Fetching;

public sealed class BodyPackerTests
{
    private static readonly BodyContext Context = new("acme", "default");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Bodies_join_to_the_page_in_order_within_the_limits_and_are_the_same_each_time() => Law.ForSeeds(300, random =>
    {
        var format = SomeFormat(random);
        var events = Enumerable.Range(0, random.Next(0, 120)).Select(n => $$"""{"id":{{n}},"pad":"{{new string('x', random.Next(10) == 0 ? random.Next(6_000) : random.Next(200))}}"}""").ToArray();
        var bodies = Pack(format, Context, "splunk", events);

        // Those that no body can hold are left to their policy.
        events = [.. events.Where((_, at) => Framed(format, events, at, 1).Length <= format.MaxBodyBytes)];
        bodies = Pack(format, Context, "splunk", events);
        Assert.Equal(events.Length, bodies.Sum(body => body.Events));
        Assert.Equal(bodies, Pack(format, Context, "splunk", events));
        Assert.Equal(bodies.Count, bodies.Select(body => body.BatchId).Distinct().Count());
        var at = 0;
        foreach (var body in bodies)
        {
            Assert.Equal(Framed(format, events, at, body.Events), body.Raw);
            Assert.Equal(body.RawBytes, Encoding.UTF8.GetByteCount(body.Raw));
            Assert.InRange(body.Events, 1, format.MaxEvents);
            Assert.InRange(body.RawBytes, 1, format.MaxBodyBytes);
            Assert.Equal((Start.AddSeconds(at), Start.AddSeconds(at + body.Events - 1)), (body.OldestAt, body.NewestAt));
            at += body.Events;
        }
    });

    [Fact]
    public void Batch_id_tells_formats_destinations_sources_partitions_and_contents_apart()
    {
        var array = new HttpFormat(HttpFraming.Array, 10_000, 100);
        string[] ids =
        [
            IdOf(array, Context, "splunk", "{}"),
            IdOf(array, Context, "splunk", "{ }"),
            IdOf(array, Context, "other", "{}"),
            IdOf(array, Context with { Source = "acme2" }, "splunk", "{}"),
            IdOf(array, Context with { Partition = "eu" }, "splunk", "{}"),
            IdOf(array, new BodyContext("a", "b\nc"), "splunk", "{}"),
            IdOf(array, new BodyContext("a\nb", "c"), "splunk2", "{}"),
            IdOf(new HttpFormat(HttpFraming.Lines, 10_000, 100), Context, "splunk", "{}"),
            IdOf(new HttpFormat(HttpFraming.Envelope, 10_000, 100), Context, "splunk", "{}"),
            IdOf(new SplunkHecFormat(null, null, null, 10_000), Context, "splunk", "{}"),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
        Assert.Equal(ids[0], IdOf(new HttpFormat(HttpFraming.Array, 20_000, 7), Context, "splunk", "{}"));
    }

    private static string IdOf(IBodyFormat format, BodyContext context, string destination, string auditEvent) =>
        Assert.Single(Pack(format, context, destination, [auditEvent])).BatchId;

    private static IBodyFormat SomeFormat(Random random)
    {
        var (bytes, events) = (random.Next(100, 5_000), random.Next(1, 30));
        return random.Next(4) switch
        {
            0 => new HttpFormat(HttpFraming.Array, bytes, events),
            1 => new HttpFormat(HttpFraming.Lines, bytes, events),
            2 => new HttpFormat(HttpFraming.Envelope, bytes, events),
            _ => new SplunkHecFormat("audit", "_json", null, bytes),
        };
    }

    private static string Framed(IBodyFormat format, string[] events, int from, int count)
    {
        using var body = new PooledBytes();
        format.WriteStart(body, Context);
        for (var at = from; at < from + count; at++)
        {
            format.WriteEvent(body, Context, View(events, at), first: at == from);
        }

        format.WriteEnd(body, Context);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }

    private static EventView View(string[] events, int at) =>
        new() { Bytes = Encoding.UTF8.GetBytes(events[at]), Id = Encoding.UTF8.GetBytes($"{at}"), Time = Start.AddSeconds(at) };

    private static List<Body> Pack(IBodyFormat format, BodyContext context, string destination, string[] events)
    {
        using var packer = new BodyPacker(format, context, destination);
        var bodies = new List<Body>();
        for (var at = 0; at <= events.Length; at++)
        {
            var fits = true;
            using var body = at < events.Length ? packer.Add(View(events, at), out fits) : packer.Finish();
            Assert.Equal(fits, at == events.Length || Framed(format, events, at, 1).Length <= format.MaxBodyBytes);
            if (body is not null)
            {
                using var inflate = new StreamReader(new GZipStream(new MemoryStream(body.Gzip.ToArray()), CompressionMode.Decompress));
                bodies.Add(new Body(body.BatchId, inflate.ReadToEnd(), body.RawBytes, body.Events, body.OldestAt, body.NewestAt));
            }
        }

        return bodies;
    }

    private sealed record Body(string BatchId, string Raw, int RawBytes, int Events, DateTimeOffset? OldestAt, DateTimeOffset? NewestAt);
}
