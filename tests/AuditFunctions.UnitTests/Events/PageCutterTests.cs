using System.Text;
using AuditFunctions.Events;

namespace AuditFunctions.Tests.Events;

public sealed class PageCutterTests
{
    [Theory]
    [InlineData("", """[{"id":1},2,"three",null,[4]]""", """{"id":1}|2|"three"|null|[4]""")] // whatever stands in the array is an event
    [InlineData("$", "[ \t{\"id\":1}\r\n,\n2 ]", """{"id":1}|2""")]                         // white space belongs to no event
    [InlineData("data", """{"data":[{}],"next":"x"}""", "{}")]
    [InlineData("a.b", """{"b":[1],"a":{"c":[2],"b":[3]}}""", "3")]
    [InlineData("['@odata.value']", """{"@odata.value":[1,2]}""", "1|2")]
    [InlineData("data", """{"d\u0061ta":[1]}""", "1")]                                       // an escaped name is the same name
    [InlineData("data", """{"data":{"k1":{"a":1},"k2":2,"k3":[]}}""", """{"a":1}|2|[]""")]   // a dictionary: names are ignored
    [InlineData("", """{"k1":"v1","k2":{}}""", "\"v1\"|{}")]
    [InlineData("data", """{"data":[1],"data":[2]}""", "1")]                                 // of equal names the first is meant
    [InlineData("a.b", """{"a":1,"a":{"b":[2]}}""", null)]
    [InlineData("data", """{"data":[]}""", "")]
    [InlineData("data", """{"data":null}""", null)]                                          // null is as good as missing
    [InlineData("data", """{"other":[1]}""", null)]
    [InlineData("data", "[1]", null)]
    [InlineData("", "null", null)]
    [InlineData("[0].events", """[{"events":[1,2]},{"events":[3]}]""", "1|2")]
    [InlineData("logs[-1]", """{"logs":[[1],[2,3]]}""", "2|3")]
    [InlineData("streams[name=audit].rows", """{"streams":[{"name":"x"},{"name":"audit","rows":{"k":7}}]}""", "7")]
    [InlineData("logs[5]", """{"logs":[[1]]}""", null)]
    [InlineData("logs[0]", """{"logs":[null]}""", null)]
    public void Events_are_found_at_the_path(string path, string page, string? events)
    {
        using var cut = new CutPage();
        Assert.Null(PageCutter.Cut(Encoding.UTF8.GetBytes(page), new PagePlan(PageFormat.Json, JsonPath.Parse(path), [], []), cut));
        Assert.Equal(events is not null, cut.EventsFound);
        Assert.Equal(events ?? "", Events(page, cut));
    }

    [Theory]
    [InlineData("{\"id\":1}\n{\"id\":2}\n", """{"id":1}|{"id":2}""")]
    [InlineData("{\"id\":1}\r\n\r\n  \n\n 2\r\n\"x\"", """{"id":1}|2|"x" """)]
    [InlineData("", "")]
    [InlineData("\uFEFF[1]\n[2]", "[1]|[2]")]                                                // one event per line, also an array
    public void Every_line_of_JSON_lines_is_an_event(string page, string events)
    {
        using var cut = new CutPage();
        var plan = new PagePlan(PageFormat.JsonLines, JsonPath.Root, [JsonPath.Parse("id")], [JsonPath.Parse("id")]);
        byte[] bytes = Encoding.UTF8.GetBytes(page);
        Assert.Null(PageCutter.Cut(bytes, plan, cut));
        Assert.True(cut.EventsFound);
        Assert.Equal(events.TrimEnd(), Events(page, cut));
        Assert.Equal(default, cut.PageField(0));
        for (int i = 0; i < cut.Count; i++)
        {
            Assert.Equal(bytes[cut[i].Start] == '{' ? $"{i + 1}" : "", Text(bytes, cut.EventField(i, 0)));
        }
    }

    [Theory]
    [InlineData("id", "x1", JsonKind.String)]
    [InlineData("n", "-1.5e3", JsonKind.Number)]
    [InlineData("none", "null", JsonKind.Null)]
    [InlineData("yes", "true", JsonKind.True)]
    [InlineData("no", "false", JsonKind.False)]
    [InlineData("actor", """{"id":"a","tags":["p","q"]}""", JsonKind.Object)]
    [InlineData("actor.id", "a", JsonKind.String)]
    [InlineData("actor.tags", """["p","q"]""", JsonKind.Array)]
    [InlineData("actor.tags[1]", "q", JsonKind.String)]
    [InlineData("actor.tags[-1]", "q", JsonKind.String)]
    [InlineData("links[rel=next].href", "/2", JsonKind.String)]
    [InlineData("links[0].rel", "self", JsonKind.String)]
    [InlineData("twice", "first", JsonKind.String)]                                          // of equal names the first is meant
    [InlineData("esc", "a\"b\n\u00e9", JsonKind.String)]
    [InlineData("missing", "", JsonKind.Missing)]
    [InlineData("id.deeper", "", JsonKind.Missing)]
    [InlineData("actor.tags[2]", "", JsonKind.Missing)]
    public void Fields_are_found_in_events_and_pages_alike(string path, string text, JsonKind kind)
    {
        const string Event = """
            {"id":"x1","n":-1.5e3,"none":null,"yes":true,"no":false,"twice":"first","twice":{"a":2},"esc":"a\"b\n\u00e9",
             "actor":{"id":"a","tags":["p","q"]},"links":[{"rel":"self","href":"/1"},{"rel":"next","href":"/2"},{"rel":"next"}]}
            """;
        byte[] page = Encoding.UTF8.GetBytes($$"""{"data":[{},{{Event}},1],"page":{{Event}}}""");
        using var cut = new CutPage();
        var plan = new PagePlan(PageFormat.Json, JsonPath.Parse("data"), [JsonPath.Parse(path)], [JsonPath.Parse("page." + path)]);
        Assert.Null(PageCutter.Cut(page, plan, cut));
        Assert.Equal(3, cut.Count);
        Assert.Equal((kind, text), (cut.EventField(1, 0).Kind, Text(page, cut.EventField(1, 0))));
        Assert.Equal((kind, text), (cut.PageField(0).Kind, Text(page, cut.PageField(0))));
        Assert.Equal(JsonKind.Missing, cut.EventField(0, 0).Kind);
        Assert.Equal(JsonKind.Missing, cut.EventField(2, 0).Kind);
    }

    [Theory]
    [InlineData("""[{"a":1},{"b":2},{"c":3]""", 23, 2)]                                      // wrong bracket in the third
    [InlineData("""[{"a":1},{"b":2}""", 16, 2)]                                              // cut off between events
    [InlineData("""[{"a":1},{"b":"x""", 16, 1)]                                              // cut off inside one
    [InlineData("""[{"a":1},2,"x" 3]""", 15, 3)]                                             // a comma is missing after the third
    [InlineData("""[{"a":1},12""", 11, 1)]                                                   // 12 may be the start of 123
    [InlineData("""[{"a":1},tru]""", 9, 1)]
    [InlineData("[1,2]]", 5, 2)]
    [InlineData("[1,2],", 5, 2)]
    [InlineData("[1,\"\\q\"]", 5, 1)]
    [InlineData("[1,\"a\u0001\"]", 5, 1)]
    [InlineData("", 0, 0)]
    [InlineData("\"text\"", 0, 0)]                                                           // holds no events
    public void Events_before_an_error_are_kept(string page, int offset, int events)
    {
        using var cut = new CutPage();
        CutError? error = PageCutter.Cut(Encoding.UTF8.GetBytes(page), new PagePlan(PageFormat.Json, JsonPath.Root, [], []), cut);
        Assert.Equal((offset, events), (error?.Offset, cut.Count));
        Assert.StartsWith("Expected ", error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_names_one_byte_of_the_page_and_no_more()
    {
        using var cut = new CutPage();
        CutError? error = PageCutter.Cut("""{"token" "s3cret"}"""u8, new PagePlan(PageFormat.Json, JsonPath.Root, [], []), cut);
        Assert.Equal(new CutError(9, "Expected ',' or a closing bracket after a value, ':' after a name, found '\"'."), error);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_an_error_where_they_stand()
    {
        using var cut = new CutPage();
        byte[] page = [.. "[\"é\",\""u8, 0xc3, (byte)'"', (byte)']'];
        CutError? error = PageCutter.Cut(page, new PagePlan(PageFormat.Json, JsonPath.Root, [], []), cut);
        Assert.Equal((7, 1), (error?.Offset, cut.Count));
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void Nesting_is_accepted_up_to_4096_levels(int levels, bool accepted)
    {
        foreach ((string open, string close) in new[] { ("[", "]"), ("""{"a":""", "}") })
        {
            string nested = string.Concat(Enumerable.Repeat(open, levels)) + "1" + string.Concat(Enumerable.Repeat(close, levels));
            byte[] page = Encoding.UTF8.GetBytes(nested);
            using var cut = new CutPage();
            CutError? error = PageCutter.Cut(page, new PagePlan(PageFormat.Json, JsonPath.Parse("data"), [], [JsonPath.Root]), cut);
            Assert.Equal(accepted ? null : 4096 * open.Length, error?.Offset);
            Assert.Equal(accepted ? page.Length : 0, cut.PageField(0).Length);
        }
    }

    [Fact]
    public void Kinds_of_brackets_are_remembered_through_all_levels()
    {
        var random = new Random(5);
        bool[] objects = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(2) == 0)];
        string page = string.Concat(objects.Select(o => o ? """{"a":""" : "[")) + "1"
            + string.Concat(objects.Reverse().Select(o => o ? "}" : "]"));
        using var cut = new CutPage();
        var plan = new PagePlan(PageFormat.Json, JsonPath.Parse("x"), [], []);
        Assert.Null(PageCutter.Cut(Encoding.UTF8.GetBytes(page), plan, cut));
        for (int i = page.Length - objects.Length; i < page.Length; i++)
        {
            byte[] wrong = Encoding.UTF8.GetBytes(page);
            wrong[i] ^= (byte)('}' ^ ']');
            Assert.Equal(i, PageCutter.Cut(wrong, plan, cut)?.Offset);
        }
    }

    [Fact]
    public void Cutting_into_the_same_page_again_forgets_what_it_held()
    {
        using var cut = new CutPage();
        var plan = new PagePlan(PageFormat.Json, JsonPath.Root, [JsonPath.Parse("id")], [JsonPath.Parse("id")]);
        Assert.Null(PageCutter.Cut("""[{"id":1},{"id":2}]"""u8, plan, cut));
        Assert.Equal(2, cut.Count);
        Assert.Null(PageCutter.Cut("[{}]"u8, plan, cut));
        Assert.Equal((1, JsonKind.Missing), (cut.Count, cut.EventField(0, 0).Kind));
        cut.Clear();
        Assert.Equal((0, false), (cut.Count, cut.EventsFound));
        Assert.Throws<ArgumentOutOfRangeException>(() => cut[0]);
        cut.Dispose();
        Assert.Null(PageCutter.Cut("[3]"u8, plan, cut));
        Assert.Equal(1, cut.Count);
    }

    [Fact]
    public void Lists_keep_what_they_hold_when_they_grow()
    {
        // Ids of another length than in the other tests: a rented array may still hold what those put there.
        string[] events = [.. Enumerable.Range(0, 5000).Select(i => $$"""{"id":"growing {{i}}"}""")];
        byte[] page = Encoding.UTF8.GetBytes($"[{string.Join(',', events)}]");
        using var cut = new CutPage();
        Assert.Null(PageCutter.Cut(page, new PagePlan(PageFormat.Json, JsonPath.Root, [JsonPath.Parse("id")], []), cut));
        Assert.Equal(5000, cut.Count);
        Assert.All(Enumerable.Range(0, 5000), i =>
        {
            Assert.Equal($"growing {i}", Text(page, cut.EventField(i, 0)));
            Assert.Equal(events[i], Encoding.UTF8.GetString(page, cut[i].Start, cut[i].Length));
        });
    }

    [Fact]
    public void Cutting_allocates_nothing_once_its_lists_have_grown()
    {
        byte[] page = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 5000).Select(i => $$"""{"id":"{{i}}"}""")) + "]");
        var plan = new PagePlan(PageFormat.Json, JsonPath.Root, [JsonPath.Parse("id")], []);
        using var cut = new CutPage();
        Assert.Null(PageCutter.Cut(page, plan, cut));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(PageCutter.Cut(page, plan, cut));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("4999", Text(page, cut.EventField(4999, 0)));
    }

    [Fact]
    public void A_plan_refuses_what_it_cannot_do()
    {
        Assert.Throws<ArgumentException>(() => new PagePlan(PageFormat.JsonLines, JsonPath.Parse("data"), [], []));
        JsonPath[] names = [.. Enumerable.Range(0, 65).Select(i => JsonPath.Parse($"n{i}"))];
        Assert.Throws<ArgumentException>(() => new PagePlan(PageFormat.Json, JsonPath.Root, names, []));
        byte[] page = Encoding.UTF8.GetBytes("[{" + string.Join(',', names[..64].Select((name, i) => $"\"{name}\":{i}")) + "}]");
        using var cut = new CutPage();
        Assert.Null(PageCutter.Cut(page, new PagePlan(PageFormat.Json, JsonPath.Root, names[..64], []), cut));
        Assert.All(Enumerable.Range(0, 64), i => Assert.Equal(i.ToString(), Text(page, cut.EventField(0, i))));
    }

    [Fact]
    public void Prefix_xor_is_the_same_with_and_without_the_instruction()
    {
        var random = new Random(3);
        for (int i = 0; i < 1000; i++)
        {
            ulong bits = (ulong)random.NextInt64() << (i % 3);
            Assert.Equal(StringChain.PrefixXorByShifts(bits), StringChain.PrefixXor(bits));
        }
    }

    private static string Events(string page, CutPage cut)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(page);
        return string.Join('|', Enumerable.Range(0, cut.Count).Select(i => Encoding.UTF8.GetString(bytes, cut[i].Start, cut[i].Length)));
    }

    private static string Text(byte[] page, JsonSlice slice) => JsonText.Unescape(page, slice);
}
