using System.Text;
using AuditFunctions.Events;
using AuditFunctions.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AuditFunctions.Tests.Events;

/// <summary>Every vector width agrees with <see cref="ReaderCutter"/>: on what is JSON, on the events and on the fields.</summary>
public sealed class PageCutterAgreesTests
{
    private static readonly object[][] EventFields =
        [["id"], ["a", "b"], ["a"], [], ["b", 0], ["a", -1, "id"], [("id", "12"), "b"], ["id"]];

    private static readonly object[][] PageFields =
        [["b"], ["data"], ["data", 0, "id"], ["data", "id"], [], ["a", "a"], ["b", ("id", "id")]];

    [Fact]
    public void On_generated_pages() => ForSeeds(10_000, seed => AllAgree(new SomePages(seed).Good()));

    [Fact]
    public void On_damaged_pages() => ForSeeds(10_000, seed => AllAgree(new SomePages(seed).Mutated()));

    [Fact]
    public void On_generated_and_damaged_lines() => ForSeeds(5_000, seed =>
    {
        byte[] page = new SomePages(seed).Lines();
        AllAgree(page, PageFormat.JsonLines, ReaderCutter.CutLines(page), []);
    });

    /// <summary>The grammar is a matter of neighbours, so that all short sequences of tokens hold all its cases.</summary>
    [Fact]
    public void On_every_sequence_of_up_to_five_tokens()
    {
        string[] tokens = ["{", "}", "[", "]", ",", ":", "\"id\"", "1", "null", " "];
        for (int length = 0; length <= 5; length++)
        {
            for (int number = 0; number < (int)Math.Pow(tokens.Length, length); number++)
            {
                string text = string.Concat(Enumerable.Range(0, length).Select(i => tokens[number / (int)Math.Pow(10, i) % 10]));
                byte[] page = Encoding.UTF8.GetBytes(text);
                var oracle = ReaderCutter.Cut(page);
                Agree<Block256>(page, Plan(PageFormat.Json, []), oracle, ExpectedFields(page, PageFormat.Json, oracle));
            }
        }
    }

    /// <summary>Every construct starts at every offset of a block, so that each of its bytes lies on a border once.</summary>
    [Theory]
    [InlineData("""{"id":"x"}""")]
    [InlineData("""{"id" : "x" , "a" : [ ] }""")]
    [InlineData("""{ "\u0069d":1,"id":2}""")]
    [InlineData("""{"id":-12.5e+10,"b":[{},[],{"id":"id"}]}""")]
    [InlineData("""{"id":true,"a":false,"b":null}""")]
    [InlineData("""{"id":"\\","a":"\"","b":"\\\""}""")]
    [InlineData("""{"id":"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"}""")]
    [InlineData("""{"id":"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"}""")]
    [InlineData("""{"id":"é€😀","a":{"b":"😀"}}""")]
    [InlineData("""{"id":"a name and a value longer than a block of sixty-four bytes, so that a whole block is inside"}""")]
    [InlineData("""{"id":1 "a":2}""")]
    [InlineData("""{"id":1,}""")]
    [InlineData("""{"id"}""")]
    [InlineData("""{"id":"\x"}""")]
    [InlineData("""{"id":"\u12g4"}""")]
    [InlineData("""{"id":01}""")]
    [InlineData("""{"id":[1}""")]
    [InlineData("""{"id":nul}""")]
    [InlineData("""{"id":1 :2}""")]
    [InlineData("{\"id\":\"a\tb\"}")]
    public void At_every_offset_of_a_block(string construct)
    {
        for (int offset = 0; offset < 130; offset++)
        {
            string blank = new(' ', offset);
            AllAgree(Encoding.UTF8.GetBytes($"[{blank}{construct},{construct}]"));
            AllAgree(Encoding.UTF8.GetBytes($"{{\"data\":[\"{blank}\",{construct}]}}"));
            AllAgree(Encoding.UTF8.GetBytes($"[{construct}{blank},{construct}{blank}"));
        }
    }

    private static void ForSeeds(int cases, Action<int> law) => Check.One(
        Law.Cases(cases),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), law));

    private static void AllAgree(byte[] page)
    {
        foreach (string[] path in new[] { (string[])[], ["data"], ["a", "data"] })
        {
            AllAgree(page, PageFormat.Json, ReaderCutter.Cut(page, path), path);
        }
    }

    private static void AllAgree(byte[] page, PageFormat format, ReaderCutter oracle, string[] path)
    {
        PagePlan plan = Plan(format, path);
        JsonSlice[] fields = ExpectedFields(page, format, oracle);
        Agree<Block128>(page, plan, oracle, fields);
        Agree<Block256>(page, plan, oracle, fields);
        Agree<Block512>(page, plan, oracle, fields);
    }

    private static void Agree<TBlock>(byte[] page, PagePlan plan, ReaderCutter oracle, JsonSlice[] fields)
        where TBlock : struct, IBlock<TBlock>
    {
        using var cut = new CutPage();
        CutError? error = PageCutter.Cut<TBlock>(page, plan, cut);
        EventSlice[] events = [.. Enumerable.Range(0, cut.Count).Select(i => cut[i])];
        bool agreed = oracle.Bad == error is not null
            && oracle.EventsFound == cut.EventsFound
            && oracle.Events.SequenceEqual(events)
            && fields.SequenceEqual(Fields(cut, oracle.Bad));
        Assert.True(agreed, agreed ? "" : $"""
            {typeof(TBlock).Name}, events at {plan.Events}, page: {Encoding.Latin1.GetString(page)}
            expected bad: {oracle.Bad}, found: {oracle.EventsFound}, events: {string.Join(' ', oracle.Events)}
            actual   {error}, found: {cut.EventsFound}, events: {string.Join(' ', events)}
            expected {string.Join(' ', fields)}
            actual   {string.Join(' ', Fields(cut, oracle.Bad))}
            """);
    }

    /// <summary>The fields of all events, then those of the page if it is good.</summary>
    private static JsonSlice[] ExpectedFields(byte[] page, PageFormat format, ReaderCutter oracle)
    {
        int start = page.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        JsonSlice[] ofPage = oracle.Bad ? []
            : format == PageFormat.JsonLines ? new JsonSlice[PageFields.Length]
            : ReaderCutter.Find(page, start, page.Length - start, PageFields);
        return [.. oracle.Events.SelectMany(found => ReaderCutter.Find(page, found.Start, found.Length, EventFields)), .. ofPage];
    }

    private static IEnumerable<JsonSlice> Fields(CutPage cut, bool bad) =>
    [
        .. Enumerable.Range(0, cut.Count * EventFields.Length)
            .Select(i => cut.EventField(i / EventFields.Length, i % EventFields.Length)),
        .. Enumerable.Range(0, bad ? 0 : PageFields.Length).Select(cut.PageField),
    ];

    private static PagePlan Plan(PageFormat format, string[] path) =>
        new(format, Path(path), [.. EventFields.Select(Path)], [.. PageFields.Select(Path)]);

    private static JsonPath Path(object[] steps) => JsonPath.Parse(string.Concat(steps.Select(step => step switch
    {
        string name => $"['{name}']",
        ValueTuple<string, string> match => $"[{match.Item1}={match.Item2}]",
        _ => $"[{step}]",
    })));
}
