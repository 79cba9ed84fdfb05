using System.Text;
using AuditFunctions.Events;
using FsCheck;
using FsCheck.Fluent;

namespace AuditFunctions.Tests.Events;

public sealed class EventKeyTests
{
    private const string Uuid = "01234567-89ab-cdef-0123-456789abcdef";

    [Fact]
    public void A_canonical_UUID_is_its_own_key() =>
        Assert.Equal(new EventKey(0x0123456789abcdef, 0x0123456789abcdef), EventKey.FromId(Encoding.UTF8.GetBytes(Uuid)));

    [Theory]
    [InlineData("01234567-89AB-cdef-0123-456789abcdef")]    // upper case may be another id to the vendor
    [InlineData("01234567089ab-cdef-0123-456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("+1234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("0x234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("x")]
    [InlineData("")]
    public void Every_other_id_is_hashed(string id)
    {
        EventKey key = EventKey.FromId(Encoding.UTF8.GetBytes(id));
        Assert.NotEqual(EventKey.FromId(Encoding.UTF8.GetBytes(Uuid)), key);
        byte[] hashed = System.Security.Cryptography.SHA256.HashData([1, .. Encoding.UTF8.GetBytes(id)]);
        Assert.Equal(EventKey.ReadFrom(hashed), key);
    }

    [Fact]
    public void A_long_id_is_hashed_whole()
    {
        byte[] id = new byte[5000];
        EventKey before = EventKey.FromId(id);
        id[^1] = 1;
        Assert.NotEqual(before, EventKey.FromId(id));
    }

    [Fact]
    public void Keys_are_written_and_read() => Law<Tuple<long, long>>(bits =>
    {
        var key = new EventKey((ulong)bits.Item1, (ulong)bits.Item2);
        byte[] bytes = new byte[EventKey.Size];
        key.WriteTo(bytes);
        Assert.Equal(key, EventKey.ReadFrom(bytes));
        Assert.Equal(Convert.ToHexStringLower(bytes), key.ToString());
    });

    [Fact]
    public void Equal_ids_have_equal_keys_and_different_ids_different_ones() => Law<Tuple<byte[], byte[]>>(ids =>
        Assert.Equal(ids.Item1.SequenceEqual(ids.Item2), EventKey.FromId(ids.Item1) == EventKey.FromId(ids.Item2)));

    [Fact]
    public void Content_and_occurrence_both_count() => Law<Tuple<byte[], PositiveInt>>(content =>
    {
        EventKey first = EventKey.FromContent(content.Item1, 0);
        Assert.Equal(first, EventKey.FromContent([.. content.Item1], 0));
        Assert.NotEqual(first, EventKey.FromContent(content.Item1, content.Item2.Get));
        Assert.NotEqual(first, EventKey.FromContent([.. content.Item1, 0], 0));
    });

    [Fact]
    public void An_id_never_equals_content_or_parts_of_the_same_text() => Law<byte[]>(any =>
    {
        byte[] text = [.. any.Where(one => one != '\\')];
        var whole = new JsonSlice(0, text.Length, JsonKind.String);
        EventKey[] keys =
        [
            EventKey.FromId(text),
            EventKey.FromContent(text, 0),
            EventKey.FromParts(text, [whole], out _),
            EventKey.FromParts(text, [whole, whole], out _),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    });

    [Fact]
    public void Parts_keep_their_borders()
    {
        byte[] page = "abc"u8.ToArray();
        var absent = new JsonSlice(0, 0, JsonKind.Null);
        EventKey[] keys =
        [
            EventKey.FromParts(page, [Part(0, 1), Part(1, 2)], out _),
            EventKey.FromParts(page, [Part(0, 2), Part(2, 1)], out _),
            EventKey.FromParts(page, [Part(0, 3)], out _),
            EventKey.FromParts(page, [Part(0, 3), Part(0, 0)], out _),
            EventKey.FromParts(page, [Part(0, 3), absent], out _),
            EventKey.FromParts(page, [Part(1, 2), Part(0, 1)], out _),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(EventKey.FromParts(page, [default, absent], out _), EventKey.FromParts(page, [absent, default], out _));
        Assert.Equal(EventKey.FromParts(page, [Part(0, 1)], out _), EventKey.FromParts(page, [new JsonSlice(0, 1, JsonKind.Number)], out _));
    }

    [Theory]
    [InlineData("a/b", "a\\/b", true)]
    [InlineData("a/b", "a\\u002fb", true)]
    [InlineData("a\\u002Fb", "a\\u002fb", true)]
    [InlineData("é😀", "\\u00e9\\ud83d\\ude00", true)]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef", "\\u00301234567-89ab-cdef-0123-456789abcdef", true)]
    [InlineData("\\ud800", "\\ud801", false)]                                                              // halves of pairs differ
    [InlineData("\\ud800", "\\ufffd", false)]
    [InlineData("\\ud83dx", "\\ud83d\\u0078", true)]
    [InlineData("a\\\\/b", "a/b", false)]                                                                   // a backslash, not an escape
    [InlineData("a\\nb", "anb", false)]
    public void Two_spellings_of_an_id_are_one_id_and_two_ids_are_two(string one, string other, bool same)
    {
        var (first, second) = (Id(one), Id(other));
        Assert.Equal(same, first.Key == second.Key);
        Assert.Equal(same, first.InParts == second.InParts);
        Assert.Equal(one.Contains('\\', StringComparison.Ordinal) ? EventKey.FromId(Encoding.UTF8.GetBytes(one)) : null, first.AsWritten);
    }

    private static (EventKey Key, EventKey InParts, EventKey? AsWritten) Id(string raw)
    {
        var page = Encoding.UTF8.GetBytes($"\"{raw}\"");
        var slice = JsonSlice.Of(page, 0, page.Length);
        return (EventKey.FromId(page, slice, out var asWritten), EventKey.FromParts(page, [slice, slice], out _), asWritten);
    }

    private static JsonSlice Part(int start, int length) => new(start, length, JsonKind.String);

    private static void Law<T>(Action<T> law) =>
        Check.One(Support.Law.Cases(500), Prop.ForAll(ArbMap.Default.ArbFor<T>(), law));
}
