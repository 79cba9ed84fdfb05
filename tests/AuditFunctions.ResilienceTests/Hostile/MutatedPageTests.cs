using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AuditFunctions.Destinations;
using AuditFunctions.Destinations.Http;
using AuditFunctions.Events;
using AuditFunctions.Pipeline.Fetching;
using AuditFunctions.Sources;
using AuditFunctions.Sources.Definition;
using AuditFunctions.Tests.Events;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.Hostile;

/// <summary>
/// Spoilt pages through the real path: cut, mend, find what is fresh, pack. Judged by readers that know nothing of it: what they accept before the fault or
/// beside a bad event is in the bodies byte for byte, and what is not there is set aside or in a page that is kept whole.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class MutatedPageTests
{
    [Fact]
    public void Of_a_spoilt_page_every_good_event_is_packed_unchanged_or_kept() => Law.ForSeeds(6_000, random =>
    {
        var source = SamplePages.Sources[random.Next(SamplePages.Sources.Count)];
        var (good, offered) = SamplePages.Draw(source, random);
        var page = Mutation.Of(good, random);
        using var read = Read(page, source.Reading);
        var packed = Pack(read.Content, source.Reading);
        Assert.All(packed, text => Assert.True(IsStrictJson(text), text));
        var (before, _) = Strict(page, source.Reading.Plan);

        // A number that the mutation put before an event ends only where the event begins: it is set aside together with it.
        AssertHolds(packed, before.Where(one => one.StartsWith('{')).Distinct(), "is whole before the fault");
        if (read.Error is null && read.Content.Cut.EventsFound)
        {
            var aside = string.Join('\n', read.Content.Cut.Quarantined.Select(bad => Encoding.Latin1.GetString(bad.Bytes.Span)));
            var text = Encoding.Latin1.GetString(page);
            var bytes = offered.Select(one => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(one)));
            var whole = string.Join('\n', packed.Select(one => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(one))));
            Assert.All(bytes.Where(one => text.Contains(one, StringComparison.Ordinal) && !IsOutside(one, source.Reading.Plan, page)), one =>
                Assert.True(whole.Contains(one, StringComparison.Ordinal) || IsAside(one, aside) || IsSameId(one, packed), $"Lost {one} of {text[..Math.Min(text.Length, 2_000)]}"));
        }
    });

    [Fact]
    public void An_event_with_a_fault_of_its_own_is_set_aside_and_no_other() => Law.ForSeeds(3_000, random =>
    {
        var source = SamplePages.Sources[random.Next(SamplePages.Sources.Count)];
        var (page, events) = SamplePages.Draw(source, random);
        if (events.Count == 0)
        {
            return;
        }

        // Inside the text of an event: bytes that no string may hold, but no quote.
        var spoilt = random.Next(events.Count);
        var mark = Encoding.UTF8.GetBytes(events[spoilt]);
        var at = page.AsSpan().IndexOf(mark) + mark.AsSpan().IndexOf("\"t\":\""u8) + 5;
        byte[][] faults = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0x01], [0x00], [0x1f], .. source.Reading.Plan.Format == PageFormat.Json ? [[(byte)'\n']] : Array.Empty<byte[]>(), "\\q"u8.ToArray(), "\\u12x4"u8.ToArray()];
        var fault = faults[random.Next(faults.Length)];
        byte[] bad = [.. page.AsSpan(0, at), .. fault, .. page.AsSpan(at)];
        using var read = Read(bad, source.Reading);
        if (events.Count == 1 && source.Reading.Plan.Format == PageFormat.JsonLines)
        {
            Assert.True(read.Error is null);
        }

        Assert.Null(read.Error);
        var one = Assert.Single(read.Content.Cut.Quarantined);
        Assert.True(one.Bytes.Span.IndexOf(fault) >= 0 && one.Bytes.Span.EndsWith("}"u8), one.Reason);
        Assert.Equal(events.Count, read.Content.Cut.Offered);
        Assert.Equal(events.Where((_, number) => number != spoilt), Pack(read.Content, source.Reading));
    });

    [Fact]
    public void Reading_a_spoilt_page_allocates_no_more_than_a_few_times_its_size()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var source = SamplePages.Sources[random.Next(SamplePages.Sources.Count)];
            var pages = Enumerable.Range(0, 200).Select(_ => SamplePages.Draw(source, random).Page.Select(b => b is (byte)'\n' ? (byte)' ' : b).ToArray()).ToArray();
            var one = Mutation.Of(pages.OrderByDescending(page => page.Length).First(), random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Read(one, source.Reading).Dispose();
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= 64_000 + (12L * one.Length), string.Create(CultureInfo.InvariantCulture, $"Seed {seed}: {allocated} bytes for a page of {one.Length}."));
        }
    }

    internal static Taken Read(byte[] page, ReadingDefinition reading)
    {
        var bytes = new PooledBytes();
        bytes.Write(page);
        var cut = new CutPage();
        var error = PageCutter.Cut(bytes.WrittenSpan, reading.Plan, cut) is { } fault ? PageRepair.Run(bytes, reading.Plan, cut, fault, CancellationToken.None) : null;
        if (error is not null)
        {
            Assert.True(bytes.WrittenSpan.SequenceEqual(page), "A page that is kept whole was changed.");
            Assert.Empty(cut.Quarantined);
        }

        return new Taken(new PageContent(bytes, cut), error);
    }

    internal static List<string> Pack(PageContent page, ReadingDefinition reading)
    {
        var format = new HttpFormat(HttpFraming.Lines, 1_000_000, 7);
        using var fresh = FreshEvents.Of(page, reading, null, DateTimeOffset.MaxValue, CancellationToken.None);
        using var packer = new BodyPacker(format, new BodyContext("acme", "default"), "siem");
        var events = new List<string>();
        Span<byte> scratch = stackalloc byte[64];
        for (var at = 0; at <= fresh.Count; at++)
        {
            using var body = at < fresh.Count ? packer.Add(fresh.View(at, scratch), out _) : packer.Finish();
            if (body is not null)
            {
                using var inflate = new StreamReader(new GZipStream(new MemoryStream(body.Gzip.ToArray()), CompressionMode.Decompress), new UTF8Encoding(false, true));
                events.AddRange(inflate.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        return events;
    }

    private static (List<string> Before, bool Bad) Strict(byte[] page, PagePlan plan)
    {
        var reader = plan.Format == PageFormat.JsonLines ? ReaderCutter.CutLines(page) : ReaderCutter.Cut(page, SamplePages.Names(plan.Events));
        return ([.. reader.Events.Select(one => Encoding.UTF8.GetString(page, one.Start, one.Length))], reader.Bad);
    }

    private static void AssertHolds(IReadOnlyList<string> packed, IEnumerable<string> events, string why)
    {
        var found = packed.ToHashSet(StringComparer.Ordinal);
        Assert.All(events, one => Assert.True(found.Contains(one.Replace('\n', ' ').Replace('\r', ' ')) || IsSameId(one, packed), $"{one} {why} and is missing among {string.Join(" | ", packed)}."));
    }

    // A stray quote makes several elements of one event: it is set aside in pieces then.
    private static bool IsAside(string one, string aside) => aside.Contains(one, StringComparison.Ordinal) || one.Split(',').All(piece => aside.Contains(piece, StringComparison.Ordinal));

    // A copy of an event, made by the mutation, has the same id and is one event.
    private static bool IsSameId(string one, IReadOnlyList<string> packed) => IdOf(one) is { } id && packed.Any(other => IdOf(other) == id);

    private static string? IdOf(string text)
    {
        var start = text.IndexOf("\"n", StringComparison.Ordinal);
        return start < 0 ? null : text[start..(text.IndexOf('"', start + 1) + 1)];
    }

    // The mutation may have moved the list elsewhere, so that its events are no events of the page any more.
    private static bool IsOutside(string one, PagePlan plan, byte[] page) =>
        plan.Format == PageFormat.Json && !Strict(page, plan).Before.Any(text => text == one) && !Strict(page, plan).Bad;

    private static bool IsStrictJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4_096 });
            return Utf8.IsValid(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    internal sealed record Taken(PageContent Content, CutError? Error) : IDisposable
    {
        public void Dispose() => Content.Dispose();
    }
}
