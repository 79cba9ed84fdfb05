using System.IO.Compression;
using System.Text;
using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Answers;
using AuditFunctions.Sources.Answers.ContextLine;
using AuditFunctions.Sources.Answers.Csv;
using AuditFunctions.Sources.Answers.Lists;
using AuditFunctions.Sources.Answers.Rows;
using AuditFunctions.Sources.Answers.Xml;
using AuditFunctions.Sources.Paging;

namespace AuditFunctions.Tests.Events;

/// <summary>
/// The law that every loop over outside data sees a stop soon. Told by work, not by time: with a token that is cancelled already, a small input is read to
/// its end, since it is not looked at the token for every byte; a large one is not, and what was done of it is no more than lies between two looks.
/// </summary>
public sealed class StopLawTests
{
    private const int Small = 100;
    private const int Large = 200_000;
    private const int MostSteps = 1024;

    // Each takes how many events there are and a token, and notes how many of them it has read.
    private static readonly Dictionary<string, (Action<int, Progress, CancellationToken> Read, int Most)> Steps = new(StringComparer.Ordinal)
    {
        ["cut: a list"] = ((count, done, stop) => Cut(Bytes(count, "{\"id\":#},", "[", "{}]"), "", PageFormat.Json, done, stop), PageWatch.BytesPerLook / 8),
        ["cut: a list deep in a page"] = ((count, done, stop) => Cut(Bytes(count, "{\"id\":#},", "{\"a\":{\"b\":[", "{}]}}"), "a.b", PageFormat.Json, done, stop), PageWatch.BytesPerLook / 8),
        ["cut: lines"] = ((count, done, stop) => Cut(Bytes(count, "{\"id\":#}\n"), "", PageFormat.JsonLines, done, stop), PageWatch.BytesPerLook / 8),
        ["cut: a page without events"] = ((count, done, stop) => Cut(Bytes(count, "[#],1,2,3,", "{\"x\":[", "0]}"), "events", PageFormat.Json, done, stop), 0),
        ["cut: one text"] = ((count, done, stop) => Cut(Bytes(count, "0123456789", "[\"", "\"]"), "", PageFormat.Json, done, stop), 0),
        ["mend: a list"] = ((count, done, stop) => Mend(Bytes(count, "{\"id\":#},", "[", "{\"id\":+1}]"), PageFormat.Json, done, stop), int.MaxValue),
        ["mend: lines"] = ((count, done, stop) => Mend(Bytes(count, "{\"id\":#}\n", "{\"id\":+1}\n"), PageFormat.JsonLines, done, stop), int.MaxValue),
        ["print of a page"] = ((count, done, stop) =>
        {
            using var cut = new CutPage { MostEvents = count + 1 };
            var page = Bytes(count, "{\"id\":#},", "[", "{}]");
            Assert.Null(PageCutter.Cut(page, Plan("", PageFormat.Json), cut));
            PagePrint.Of(page, cut, idParts: 1, stop);
        }, int.MaxValue),
        ["unpack: gzip"] = ((count, done, stop) => Unpack(Gzip(Bytes(count, "0123456789")), AnswerCompression.Gzip, done, stop), int.MaxValue),
        ["charset"] = ((count, done, stop) => Recode(Bytes(count, "0123456789"), stop), int.MaxValue),
        ["answer as a stream"] = ((count, done, stop) => Drain(new BytesStream(Bytes(count, "0123456789"), stop)), int.MaxValue),
        ["shape: csv, one row of quotes"] = (Shape(Csv(""), "\"#\"", "a,b\n", ",x\n"), 1),
        ["shape: xml, one element of many"] = (Shape(new XmlShape(["r"]), "<e>#</e>", "<r>", "</r>"), MostSteps),
        ["unpack: zip"] = ((count, done, stop) => Unpack(Zip(count), AnswerCompression.Zip, done, stop), int.MaxValue),
        ["shape: context line"] = (Shape(new ContextLineShape(isFirst: true, []), "{\"n\":#}\n", ""), MostSteps),
        ["shape: csv"] = (Shape(Csv(""), "#,x\n", "a,b\n"), MostSteps),
        ["shape: lists"] = (Shape(Lists("[a, b]"), "{\"n\":#},", "{\"a\":[", "{}]}"), MostSteps),
        ["shape: lists in lists"] = (Shape(Lists("'a[*].b'"), "{\"b\":[#]},", "{\"a\":[", "{}]}"), MostSteps),
        ["shape: lists in lists that hold none"] = (Shape(Lists("'a[*].b'"), "{\"c\":[#]},", "{\"a\":[", "{}]}"), 0),
        ["shape: rows"] = (Shape(new RowsShape(JsonPath.Parse("rows"), null, null, ["a"], []), "[#],", "{\"rows\":[", "[0]]}"), MostSteps),
        ["shape: xml"] = (Shape(new XmlShape(["r", "e"]), "<e>#</e>", "<r>", "</r>"), MostSteps),
    };

    public static TheoryData<string> Names() => [.. Steps.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stop_is_seen_after_a_little_work(string name)
    {
        var (read, most) = Steps[name];
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        read(Small, new Progress(), stopped.Token);
        read(Large, new Progress(), CancellationToken.None);

        var done = new Progress();
        Assert.ThrowsAny<OperationCanceledException>(() => read(Large, done, stopped.Token));
        Assert.InRange(done.Events, 0, most);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task A_body_is_read_no_further_once_a_stop_comes(int reads)
    {
        using var stop = new CancellationTokenSource();
        await using var body = new StoppingStream(reads, stop);
        using var content = new StreamContent(body);
        using var bytes = new PooledBytes();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PageReader.ReadAsync(content, bytes, 1 << 30, stop.Token));
        Assert.Equal(reads, body.Reads);
    }

    private static byte[] Bytes(int count, string each, string start = "", string end = "")
    {
        var text = new StringBuilder(start);
        for (var at = 0; at < count; at++)
        {
            text.Append(each.Replace("#", (at % 10).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        return Encoding.UTF8.GetBytes(text.Append(end).ToString());
    }

    private static PagePlan Plan(string events, PageFormat format) => new(format, events.Length == 0 ? JsonPath.Root : JsonPath.Parse(events), [JsonPath.Parse("id")], []);

    private static void Cut(byte[] page, string events, PageFormat format, Progress done, CancellationToken stop)
    {
        using var cut = new CutPage { MostEvents = Large + 1 };
        try
        {
            Assert.Null(PageCutter.Cut(page, Plan(events, format), cut, stop));
        }
        finally
        {
            done.Events = cut.Count;
        }
    }

    private static void Mend(byte[] page, PageFormat format, Progress done, CancellationToken stop)
    {
        using var bytes = new PooledBytes();
        bytes.Write(page);
        using var cut = new CutPage { MostEvents = Large + 2 };
        var plan = Plan("", format);
        var fault = PageCutter.Cut(bytes.WrittenSpan, plan, cut, CancellationToken.None);
        Assert.NotNull(fault);
        Assert.Null(PageRepair.Run(bytes, plan, cut, fault, stop));
        Assert.Single(cut.Quarantined);
    }

    private static void Unpack(byte[] packed, AnswerCompression compression, Progress done, CancellationToken stop)
    {
        using var bytes = new PooledBytes();
        bytes.Write(packed);
        Assert.Null(AnswerBytes.Unpack(bytes, () => new PooledBytes(), compression, 1 << 30, mayBeEmpty: false, stop));
    }

    private static void Recode(byte[] text, CancellationToken stop)
    {
        using var bytes = new PooledBytes();
        bytes.Write([0xe9, .. text]);
        Assert.Null(AnswerBytes.ToUtf8(bytes, () => new PooledBytes(), "iso-8859-1", 1 << 30, stop));
    }

    private static void Drain(Stream stream)
    {
        var buffer = new byte[4096];
        while (stream.Read(buffer) > 0)
        {
        }
    }

    private static Action<int, Progress, CancellationToken> Shape(IAnswerShape shape, string each, string start, string end = "") => (count, done, stop) =>
    {
        using var page = new PooledBytes();
        try
        {
            Assert.Null(shape.Convert(Bytes(count, each, start, end), page, new ShapeBounds(1 << 30, TimeProvider.System, stop)));
        }
        finally
        {
            done.Events = page.WrittenSpan.Count((byte)'\n');
        }
    };

    private static CsvShape Csv(string yaml) => CsvShape.Read(Setting($"x: 1\n{yaml}"), []);

    private static ListsShape Lists(string paths) => ListsShape.Read(Setting("x: 1"), paths.Trim('[', ']').Split(", ").Select(path => path.Trim('\'')).ToList());

    private static SettingReader Setting(string yaml) => new((SettingMap)SettingYaml.Read(yaml, "test", new Problems())!, "events", new Problems());

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static byte[] Zip(int events)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("one.json", CompressionLevel.Fastest).Open();
            entry.Write(Bytes(events, "0123456789"));
        }

        return packed.ToArray();
    }

    private sealed class Progress
    {
        public int Events { get; set; }
    }

    // Gives bytes for ever, and stops who reads them at a read.
    private sealed class StoppingStream(int reads, CancellationTokenSource stop) : MemoryStream
    {
        public int Reads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++Reads == reads)
            {
                stop.Cancel();
            }

            buffer.Span.Fill((byte)' ');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
